import { NoClient, quote } from '../errors.ts'

/** Where to send requests. Omitted options have the SDK's defaults. */
export interface EndpointOptions {
  /** Default: `AWS_REGION`, or else the profile's region in the shared config file. */
  readonly region?: string | undefined
  /** Default: `AWS_ENDPOINT_URL_DYNAMODB`, then `AWS_ENDPOINT_URL`, then the region's own. */
  readonly endpoint?: string | undefined
  /** Default: `AWS_USE_FIPS_ENDPOINT`. */
  readonly useFipsEndpoint?: boolean | undefined
  /** Default: `AWS_USE_DUALSTACK_ENDPOINT`. */
  readonly useDualstackEndpoint?: boolean | undefined
}

export interface Endpoint {
  readonly region: string
  readonly url: URL
}

/** The host suffixes of each group of regions: plain and dual-stack. */
const PARTITIONS: readonly (readonly [region: RegExp, plain: string, dual: string])[] = [
  [/^cn-/, 'amazonaws.com.cn', 'api.amazonwebservices.com.cn'],
  [/^us-iso-/, 'c2s.ic.gov', 'api.aws.ic.gov'],
  [/^us-isob-/, 'sc2s.sgov.gov', 'api.aws.scloud'],
  [/^eu-isoe-/, 'cloud.adc-e.uk', 'api.cloud-aws.adc-e.uk'],
  [/^us-isof-/, 'csp.hci.ic.gov', 'api.aws.hci.ic.gov'],
  [/^eusc-/, 'amazonaws.eu', 'api.amazonwebservices.eu'],
  [/^/, 'amazonaws.com', 'api.aws']
]

/** Throws NoClient. */
export const findEndpoint = async (
  options: EndpointOptions,
  regionElsewhere: () => Promise<string | undefined> = async () => undefined
): Promise<Endpoint> => {
  const { env } = process
  const region = options.region ?? (env.AWS_REGION || (await regionElsewhere()))
  if (!region)
    throw new NoClient(
      'region',
      'leanClient(): there is no region: give it as leanClient({ region }), in AWS_REGION, or in the profile'
    )
  if (!/^[a-zA-Z\d](?:[a-zA-Z\d-]{0,61}[a-zA-Z\d])?$/.test(region))
    throw new NoClient('region', `leanClient(): ${quote(region)} is no region`)
  const isFips = options.useFipsEndpoint ?? env.AWS_USE_FIPS_ENDPOINT === 'true'
  const isDual = options.useDualstackEndpoint ?? env.AWS_USE_DUALSTACK_ENDPOINT === 'true'
  const given = options.endpoint ?? configured(env)
  if (given === undefined) return { region, url: new URL(`https://${hostOf(region, isFips, isDual)}`) }
  if (isFips || isDual)
    throw new NoClient(
      'endpoint',
      `leanClient(): an endpoint of your own (${quote(given)}) cannot go with ${isFips ? 'FIPS' : 'dual-stack'}`
    )
  return { region, url: urlOf(given) }
}

const configured = (env: NodeJS.ProcessEnv): string | undefined =>
  env.AWS_IGNORE_CONFIGURED_ENDPOINT_URLS === 'true'
    ? undefined
    : env.AWS_ENDPOINT_URL_DYNAMODB || env.AWS_ENDPOINT_URL || undefined

/** The host of DynamoDB in a region. */
export const hostOf = (region: string, isFips: boolean, isDual: boolean): string => {
  const [, plain = '', dual = ''] = PARTITIONS.find(([beginning]) => beginning.test(region)) ?? []
  const isNamed = isFips && (isDual || !region.startsWith('us-gov-')) // all hosts of us-gov regions are FIPS
  return `dynamodb${isNamed ? '-fips' : ''}.${region}.${isDual ? dual : plain}`
}

const urlOf = (text: string): URL => {
  const url = URL.canParse(text) ? new URL(text) : undefined
  const isFit = url !== undefined && /^https?:$/.test(url.protocol) && url.search === '' && url.username === ''
  if (isFit) return url
  throw new NoClient('endpoint', `leanClient(): the endpoint ${quote(text)} is no URL such as http://localhost:8000`)
}
