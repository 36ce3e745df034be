/**
 * The models of a program written with STORM, in keystorm, with the names of the recorded models. STORM stores NULL for
 * unset attributes, so every attribute outside of PK and SK is optional.
 */
import { model, models, t } from 'keystorm'

const text = () => t.string().optional()

export const Fruit = model('Fruit')
  .pk('apple')
  .suffix('RedFruit')
  .sk('banana')
  .gsi1('coconut')
  .fields({ coconut: text(), date: text() })

export const FruitTwoPart = model('FruitTwoPart').pk('apple', 'banana').suffix('RedFruit').sk('coconut', 'date')

export const Integration = model('Integration')
  .pk('tenant')
  .suffix('Integrations')
  .sk('integration_id')
  .gsi1('kind')
  .fields({
    kind: text(),
    display_name: text(),
    config: t.record(t.json()).optional(),
    enabled: t.boolean().optional(),
    retries: t.int().optional()
  })

export const CompositeAll = model('CompositeAll')
  .pk('a_pk', 'b_pk')
  .suffix('TestModel')
  .sk('c_sk', 'd_sk')
  .gsi1('e_gsi', 'f_gsi')
  .fields({ e_gsi: text(), f_gsi: text(), another_attribute: text() })

export const SameLetter = model('SameLetter')
  .pk('value_1', 'value_2')
  .suffix('ChangedSuffix')
  .sk('value_3', 'value_4')
  .gsi1('value_5')
  .fields({ value_5: text(), victor: text() })

/** An identifier contains `#`, which keystorm accepts in unescaped keys. */
export const CustomIdentifiers = model('CustomIdentifiers')
  .rawKeys()
  .pk('REGION#region', 'd#depot')
  .suffix('SHIP')
  .sk('DAY-OF#day', 'P#ID#parcel')
  .gsi1('via carrier#carrier')
  .fields({ carrier: text(), weight_g: t.int().optional() })

/** The values of these rows contain `#`: `R#a#B#B#c#P#X`. */
export const HashValues = model('HashValues').rawKeys().pk('root', 'base').suffix('P#X').sk('leaf')

export const EmptyIdentifier = model('EmptyIdentifier')
  .pk('#owner', 'kind')
  .suffix('B')
  .sk('#slot')
  .fields({ text: text() })

export const OneIdentifierForAll = model('OneIdentifierForAll')
  .pk('X#left')
  .suffix('Pair')
  .sk('X#right')
  .gsi1('X#both')
  .fields({ both: text() })

/** PK has no part: all items share one partition, whose key is the suffix. */
export const NoPartition = model('NoPartition').pk().suffix('Singletons').sk('name').fields({ text: text() })

/** `user` is part of SK and of GSI1PK. */
export const SharedRoles = model('SharedRoles')
  .pk('org')
  .suffix('Membership')
  .sk('user')
  .gsi1('user', 'since')
  .fields({ role_name: text(), since: text() })

export const InvertedIndex = model('InvertedIndex')
  .pk('follower')
  .suffix('Follow')
  .sk('TO#target')
  .gsi1('follower', 'target')

/** DynamoDB reserves the names of these attributes. */
export const ReservedNames = model('ReservedNames')
  .pk('owner')
  .suffix('Doc')
  .sk('path')
  .fields({
    name: text(),
    status: text(),
    type: text(),
    count: t.int().optional(),
    size: t.int().optional(),
    order: t.int().optional(),
    data: t.record(t.json()).optional()
  })

/** Customers and their orders share partitions. */
export const Customer = model('Customer')
  .pk('customer_id')
  .sk('META#record')
  .gsi1('email')
  .fields({ email: text(), full_name: text() })

export const CustomerOrder = model('CustomerOrder')
  .pk('customer_id')
  .suffix('Customer')
  .sk('ORDER#order_no')
  .gsi1('email')
  .fields({ email: text(), amount: t.int().optional() })

export const ReadmeUser = model('ReadmeUser')
  .pk('user_id')
  .suffix('USER')
  .sk('type')
  .gsi1('E#email_gsi')
  .fields({ email_gsi: text(), email: text(), name: text() })

export const ReadmeOrder = model('ReadmeOrder')
  .pk('user_id')
  .suffix('ORDER')
  .sk('order_id')
  .fields({ amount: t.number().optional(), order_date: text() })

export const ThreeParts = model('ThreeParts')
  .pk('country', 'city', 'street')
  .suffix('Address')
  .sk('house', 'floor_no', 'flat')
  .gsi1('postcode', 'area_code')
  .fields({ postcode: text(), area_code: text(), people: t.int().optional() })

export const storm = models({
  Fruit,
  FruitTwoPart,
  Integration,
  CompositeAll,
  SameLetter,
  CustomIdentifiers,
  HashValues,
  EmptyIdentifier,
  OneIdentifierForAll,
  NoPartition,
  SharedRoles,
  InvertedIndex,
  ReservedNames,
  Customer,
  CustomerOrder,
  ReadmeUser,
  ReadmeOrder,
  ThreeParts
})
