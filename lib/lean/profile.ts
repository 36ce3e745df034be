import { readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import path from 'node:path'

/** The profile's region in the shared config file. Only the SDK's chain reads the credentials file. */
export const regionOfProfile = async (): Promise<string | undefined> => {
  const profile = process.env.AWS_PROFILE || 'default'
  const file = process.env.AWS_CONFIG_FILE || path.join(homedir(), '.aws', 'config')
  const text = await readFile(file, 'utf8').catch(() => '')
  let isInside = false
  for (const line of text.split(/\r?\n/)) {
    const [, section] = /^\s*\[([^\]]+)\]/.exec(line) ?? []
    if (section !== undefined) isInside = section.trim().replace(/^profile\s+/, '') === profile
    const [, region] = /^region\s*=\s*([^\s#;]+)/.exec(line) ?? []
    if (isInside && region !== undefined) return region
  }
  return undefined
}
