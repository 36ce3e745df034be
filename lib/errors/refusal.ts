import type {
  ConditionalCheckFailedException,
  IdempotentParameterMismatchException,
  ResourceInUseException,
  ResourceNotFoundException,
  TransactionCanceledException,
  TransactionInProgressException
} from '@aws-sdk/client-dynamodb'
import { errorName } from './describe.ts'

/** What DynamoDB refuses a request with, by the name that every client gives it. */
interface Refusals {
  ConditionalCheckFailedException: ConditionalCheckFailedException
  IdempotentParameterMismatchException: IdempotentParameterMismatchException
  ResourceInUseException: ResourceInUseException
  ResourceNotFoundException: ResourceNotFoundException
  TransactionCanceledException: TransactionCanceledException
  TransactionInProgressException: TransactionInProgressException
  ValidationException: Error
}

/** Whether an error is DynamoDB's refusal of this name. */
export const isRefusal = <Name extends keyof Refusals>(error: unknown, name: Name): error is Refusals[Name] =>
  errorName(error) === name
