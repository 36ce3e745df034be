/** What is no mistake, though it is near to one. */
export const fine: readonly string[] = [
  `await db.query(Tree).where({ ...whole, coconut: between('c', 'd') }).limit(3)`,
  `await db.query(Tree).where({ farm: 'f', coconut: 'c', date: beginsWith('2026') }).onGsi1()`,
  `await db.query(Tree).where({ apple: 'a', coconut: gt('c') }).where({ banana: 'b' })`,
  `await db.query(Tree).where({ ...whole, ...({} as { coconut?: string }) })`,
  `await db.query(Tree).where({ ...whole, coconut: Math.random() < 0.5 ? gt('c') : 'c' })`,
  `await db.query(Tree).where({ ...whole, coconut: 'c' }).reverse().limit(3).consistent()`,
  `await db.query(Tree).where({ farm: 'f' }).where({ coconut: 'c', date: 'd' }).onGsi1()`,
  `await db.query(model('All').pk().sk('id'))`,
  `await db.query(model('All').pk().sk('id')).where({}); await query.where({})`,
  `const list = (where: WhereOf<typeof Fruit>) => db.query(Fruit).where(where); (await list(whole)).length`,
  `db.put(Fruit, { ...item, note: undefined })`,
  `db.get(Fruit, item)`,
  `models({ Fruit, Bare })`,
  `const { compile } = query; compile(); query.explain(); query.catch(() => []).then(rows => rows.length)`,
  `update.set({ farm: 'f', region: 'r' }).compile(); await update.set({ note: 'x' }).finally(() => undefined)`,
  `const on = Math.random() < 0.5 ? 'byStatus' : 'byUser'; db.query(Order).on(on)`,
  `const [fruits, one] = await Promise.all([query, db.get(Bare, bare)]); fruits.map(fruit => fruit.weight); one?.a`,
  `const { result } = await metered(() => query); result.map(fruit => fruit.weight)`,
  `const read: PromiseLike<readonly { weight: number }[]> = query; await read`,
  `query.then(fruits => fruits.map(fruit => fruit.weight), () => []).then(weights => weights.length)`,
  `for await (const fruit of query) fruit.weight.toFixed()`
]
