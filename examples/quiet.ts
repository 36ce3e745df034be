// Imported first, or the AWS SDK warns on every run which versions of Node its later releases need.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true'
