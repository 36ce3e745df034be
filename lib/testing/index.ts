export { type EngineName, type EngineOptions, type LocalEngine, startLocalEngine } from './engine.ts'
export { type LocalTable, localTable } from './local-table.ts'
