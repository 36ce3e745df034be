/** What an editor says of a program that uses the library: TypeScript's language service, asked at marked places. */
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** What VS Code asks with. */
const PREFERENCES: ts.UserPreferences = { includeCompletionsWithInsertText: true }

const textOf = (parts: readonly ts.SymbolDisplayPart[] | undefined): string =>
  (parts ?? []).map(({ text }) => text).join('')

/** A program in an editor. A place is marked by a comment right before it. */
export class Editor {
  readonly #file = path.join(root, 'spec/types/program-in-editor.ts') // which is nowhere but here
  #text: string
  #version = 1
  readonly #service: ts.LanguageService

  /** Other files, by their names, can be imported from the program. */
  constructor(text: string, others: Readonly<Record<string, string>> = {}) {
    this.#text = text
    const { config } = ts.readConfigFile(path.join(root, 'tsconfig.json'), ts.sys.readFile)
    const { options } = ts.parseJsonConfigFileContent({ ...config, include: [], files: [] }, ts.sys, root)
    const folder = path.dirname(this.#file)
    const made = new Map(Object.entries(others).map(([name, source]) => [path.join(folder, name), source]))
    const read = (file: string) => (file === this.#file ? this.#text : (made.get(file) ?? ts.sys.readFile(file)))
    this.#service = ts.createLanguageService({
      getCompilationSettings: () => options,
      getScriptFileNames: () => [this.#file],
      getScriptVersion: file => (file === this.#file ? String(this.#version) : '1'),
      getScriptSnapshot: file => {
        const source = read(file)
        return source === undefined ? undefined : ts.ScriptSnapshot.fromString(source)
      },
      getCurrentDirectory: () => root,
      getDefaultLibFileName: ts.getDefaultLibFilePath,
      fileExists: file => file === this.#file || made.has(file) || ts.sys.fileExists(file),
      readFile: read,
      directoryExists: ts.sys.directoryExists,
      getDirectories: ts.sys.getDirectories
    })
  }

  /** Another text of the program, as somebody types. */
  edit(text: string): void {
    this.#text = text
    this.#version++
  }

  #at(mark: string): number {
    const comment = `/*${mark}*/`
    const at = this.#text.indexOf(comment)
    if (at < 0) throw new Error(`The program has no mark ${mark}`)
    return at + comment.length
  }

  /** The lines that a place leads to, other than its own. */
  definitions(mark: string): string[] {
    const at = this.#at(mark)
    const found = this.#service.getDefinitionAtPosition(this.#file, at) ?? []
    return found
      .filter(({ fileName, textSpan }) => fileName === this.#file && textSpan.start !== at)
      .map(({ textSpan }) => this.#lineAt(textSpan.start))
  }

  /** How many places a rename changes that begins at one. */
  renamed(mark: string): number {
    const places = this.#service.findRenameLocations(this.#file, this.#at(mark), false, false, PREFERENCES)
    return places?.length ?? 0
  }

  /** What is shown for a place: its type, in one line. */
  hover(mark: string): string {
    const info = this.#service.getQuickInfoAtPosition(this.#file, this.#at(mark))
    return textOf(info?.displayParts).replace(/\s+/g, ' ')
  }

  /** The doc comment of a place, and the names of its tags. */
  comment(mark: string): string {
    const info = this.#service.getQuickInfoAtPosition(this.#file, this.#at(mark))
    return [textOf(info?.documentation), ...(info?.tags ?? []).map(({ name }) => `@${name}`)].join(' ').trim()
  }

  /** The names that are offered at a place. */
  completions(mark: string): string[] {
    const found = this.#service.getCompletionsAtPosition(this.#file, this.#at(mark), PREFERENCES)
    return (found?.entries ?? []).map(({ name }) => name)
  }

  /** How many types the compiler has made for all that was asked since the last edit. */
  instantiations(): number {
    return this.#service.getProgram()?.getInstantiationCount() ?? 0
  }

  #lineAt(position: number): string {
    return (
      this.#text
        .slice(this.#text.lastIndexOf('\n', position) + 1)
        .split('\n')[0]
        ?.trim() ?? ''
    )
  }
}
