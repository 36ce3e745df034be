export { list, map } from './containers.ts'
export { boolean, date, int, literal, number, oneOf, string } from './scalars.ts'
