import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'

const AT_ONCE = 8
const FILE_MS = 120_000

/** A file of a Maven repository. */
interface Artifact {
  readonly group: string
  readonly name: string
  readonly version: string
  readonly type: string
  /** The SHA-256 of its bytes, in base64url. */
  readonly sha256: string
}

/** Reads lines of `group:name:version[:type] sha256`. */
export const artifactsOf = (lines: string): Artifact[] =>
  lines
    .trim()
    .split('\n')
    .map(line => {
      const [coordinates = '', sha256 = ''] = line.split(' ')
      const [group = '', name = '', version = '', type = 'jar'] = coordinates.split(':')
      return { group, name, version, type, sha256 }
    })

/**
 * Downloads files of a Maven repository into a folder. The folder only appears once all files are in it.
 *
 * @throws Error if a download fails, or a file's SHA-256 is wrong.
 */
export const fetchArtifacts = async (
  repository: string,
  artifacts: readonly Artifact[],
  folder: string
): Promise<void> => {
  const parent = path.dirname(folder)
  await mkdir(parent, { recursive: true })
  const temporary = await mkdtemp(`${folder}.`)
  try {
    const left = [...artifacts]
    const problems: unknown[] = []
    const work = async (): Promise<void> => {
      for (let next = left.pop(); next && problems.length === 0; next = left.pop())
        await fetchArtifact(repository, next, temporary).catch(problem => problems.push(problem))
    }
    await Promise.all(Array.from({ length: AT_ONCE }, work))
    if (problems.length > 0) throw problems[0]
    // Another process may have been faster.
    await rename(temporary, folder).catch(error => {
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST' && error.code !== 'EPERM') throw error
    })
  } finally {
    await rm(temporary, { recursive: true, force: true })
  }
}

const fetchArtifact = async (
  repository: string,
  { group, name, version, type, sha256 }: Artifact,
  folder: string
): Promise<void> => {
  const file = `${name}-${version}.${type}`
  const url = `${repository}/${group.replaceAll('.', '/')}/${name}/${version}/${file}`
  const response = await fetch(url, { signal: AbortSignal.timeout(FILE_MS) })
  if (!response.ok) throw new Error(`${url} answers ${response.status}`)
  const bytes = new Uint8Array(await response.arrayBuffer())
  if (createHash('sha256').update(bytes).digest('base64url') !== sha256)
    throw new Error(`${url} is not what was expected: its SHA-256 is another`)
  await writeFile(path.join(folder, file), bytes)
}
