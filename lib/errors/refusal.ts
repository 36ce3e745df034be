import type {
  ConditionalCheckFailedException,
  IdempotentParameterMismatchException,
  ResourceInUseException,
  ResourceNotFoundException,
  TransactionCanceledException,
  TransactionInProgressException
} from '@aws-sdk/client-dynamodb'
import { errorName } from './describe.ts'

/** DynamoDB's exceptions by name. Every client uses these names. */
interface Refusals {
  ConditionalCheckFailedException: ConditionalCheckFailedException
  IdempotentParameterMismatchException: IdempotentParameterMismatchException
  ResourceInUseException: ResourceInUseException
  ResourceNotFoundException: ResourceNotFoundException
  TransactionCanceledException: TransactionCanceledException
  TransactionInProgressException: TransactionInProgressException
  ValidationException: Error
}

/** Whether the error is the DynamoDB exception of this name. */
export const isRefusal = <Name extends keyof Refusals>(error: unknown, name: Name): error is Refusals[Name] =>
  errorName(error) === name
