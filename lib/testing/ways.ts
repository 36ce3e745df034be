import { DYNOXIDE } from './dynoxide.ts'

// dynoxide's repository names packages for other machines, but only this one is known to be in the registry.
const dynoxide = DYNOXIDE === '@dynoxide/linux-x64' ? `install dynoxide (npm install --save-dev ${DYNOXIDE}), ` : ''

/** How to get an engine with transactions on this machine. */
export const WAYS_TO_TRANSACTIONS =
  `${dynoxide}set KEYSTORM_ENGINE=dynamodb-local where Java 17 is (it fetches DynamoDB Local once, 45 MB), or name a ` +
  'running engine in DYNAMODB_ENDPOINT'
