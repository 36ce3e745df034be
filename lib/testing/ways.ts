import { DYNOXIDE } from './dynoxide.ts'

// dynoxide's repository names packages for other machines; the one that is known to be in the registry is this.
const dynoxide = DYNOXIDE === '@dynoxide/linux-x64' ? `install dynoxide (npm install --save-dev ${DYNOXIDE}), ` : ''

/** How to come by an engine that has transactions, on this machine. */
export const WAYS_TO_TRANSACTIONS =
  `${dynoxide}set KEYSTORM_ENGINE=dynamodb-local where Java 17 is (it fetches DynamoDB Local once, 45 MB), or name a ` +
  'running engine in DYNAMODB_ENDPOINT'
