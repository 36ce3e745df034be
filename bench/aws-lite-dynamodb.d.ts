// As far as it is used here: the package comes without types.
declare module '@aws-lite/dynamodb' {
  import type { AwsLitePlugin } from '@aws-lite/client'

  const plugin: AwsLitePlugin
  export default plugin
}
