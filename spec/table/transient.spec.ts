import {
  InternalServerError,
  ProvisionedThroughputExceededException,
  ResourceNotFoundException
} from '@aws-sdk/client-dynamodb'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { isTransient } from '../../lib/driver/transient.ts'

const says = (message: string) => ({ message, $metadata: { httpStatusCode: 400 } })

test('throttling, faults of the service and broken connections pass', () => {
  assert.ok(isTransient(new ProvisionedThroughputExceededException(says('Slow down.'))))
  assert.ok(isTransient(new InternalServerError({ message: '', $metadata: { httpStatusCode: 500 } })))
  assert.ok(isTransient(Object.assign(new Error('Service Unavailable'), { $metadata: { httpStatusCode: 503 } })))
  assert.ok(isTransient(Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' })))
  assert.ok(isTransient(Object.assign(new Error('no answer'), { name: 'TimeoutError' })))
})

test('what is wrong stays wrong, and an abort is meant', () => {
  assert.not(isTransient(new ResourceNotFoundException(says('No such table.'))))
  assert.not(isTransient(Object.assign(new Error('Not yours.'), { name: 'AccessDeniedException' })))
  assert.not(isTransient(Object.assign(new Error('aborted'), { name: 'AbortError' })))
  assert.not(isTransient(new DOMException('aborted', 'AbortError')))
  assert.not(isTransient(new TypeError('undefined is not a function')))
  assert.not(isTransient('ECONNRESET'))
})

test.run()
