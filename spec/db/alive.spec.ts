/** One object of each class stays alive whose objects live as long as a call: lib/alive.ts says why. */
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { MadeChange, MadeOperator } from '../../lib/expressions/operators.ts'
import { Places } from '../../lib/expressions/places.ts'
import { Printer } from '../../lib/expressions/print.ts'
import { Report } from '../../lib/fields/report.ts'
import { GivenKey } from '../../lib/schema/given-key.ts'
import { Check } from '../../lib/verbs/check/check.ts'
import { Delete } from '../../lib/verbs/delete/delete.ts'
import { Get } from '../../lib/verbs/get/get.ts'
import { Move } from '../../lib/verbs/move/move.ts'
import { Put } from '../../lib/verbs/put/put.ts'
import { Collection } from '../../lib/verbs/read/collection.ts'
import { Query } from '../../lib/verbs/read/query.ts'
import { Scan } from '../../lib/verbs/read/scan.ts'
import { TransactGet } from '../../lib/verbs/transact/get.ts'
import { TransactWrite } from '../../lib/verbs/transact/write.ts'
import { Update } from '../../lib/verbs/update/update.ts'

const builders = [Get, Put, Delete, Update, Check, Move, Query, Collection, Scan, TransactGet, TransactWrite]

for (const made of [...builders, GivenKey, MadeChange, MadeOperator, Places, Printer, Report])
  test(`one ${made.name} stays alive`, () => {
    assert.instance(made.alive, made)
    assert.is(made.alive.constructor, made, 'not one of a subclass')
  })

test.run()
