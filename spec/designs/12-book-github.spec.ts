/** The GitHub backend of The DynamoDB Book, with the attributes of its Python implementation. */
import { connect, layout, models, plus, t, text } from 'keystorm'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { designed } from '../support/designed.ts'
import { lacks } from '../support/engine.ts'

/** Users and organizations have keys of one kind: Type tells them apart. */
const app = layout({
  pk: 'PK',
  sk: 'SK',
  type: 'Type',
  indexes: {
    'GSI1-index': { pk: 'GSI1PK', sk: 'GSI1SK' },
    'GSI2-index': { pk: 'GSI2PK', sk: 'GSI2SK' },
    'GSI3-index': { pk: 'GSI3PK', sk: 'GSI3SK' }
  }
})

const repo = text('REPO#{RepoOwner}#{RepoName}')
const number = t.int({ digits: 9 })
/** The time as Python prints it, with microseconds. */
const time = t.string()

/**
 * A repository stands in GSI2 beside its forks, as REPO#<its name>; a fork stands under the repository that it was forked
 * from, as FORK#<its owner>. These attributes are nowhere but in the key.
 */
const Repo = app
  .model('Repo')
  .pk(repo)
  .sk(repo)
  .index('GSI1-index', { pk: repo, sk: repo })
  .index('GSI2-index', { pk: text('REPO#{SourceOwner}#{RepoName}'), sk: text('{Kind}#{Called}') })
  .index('GSI3-index', { pk: text('ACCOUNT#{RepoOwner}'), sk: text('#{Created_At}') })
  .fields({
    SourceOwner: t.string().onlyInKeys(),
    Kind: t.oneOf('REPO', 'FORK').onlyInKeys(),
    Called: t.string().onlyInKeys(),
    Created_At: time,
    IssuesAndPullRequestCount: t.int().default(0),
    StarCount: t.int().default(0),
    ForkCount: t.int().default(0)
  })
const Issue = app
  .model('Issue')
  .pk(repo)
  .sk(text('ISSUE#{IssueNumber}'))
  .fields({ IssueNumber: number, Created_At: time, Status: t.string() })
const PullRequest = app
  .model('PullRequest')
  .pk(text('PR#{RepoOwner}#{RepoName}#{PullRquestNumber}'))
  .sk(text('PR#{RepoOwner}#{RepoName}#{PullRquestNumber}'))
  .index('GSI1-index', { pk: repo, sk: text('PR#{PullRquestNumber}') })
  .fields({ PullRquestNumber: number, Created_At: time }) // spelt as the table has it
const Star = app.model('Star').pk(repo).sk(text('STAR#{StarringUser}'))

const account = { CreatedAt: time, PaymentPlan: t.map({ planType: t.string(), planStartDate: t.string() }) }
const User = app
  .model('User')
  .pk(text('ACCOUNT#{UserName}'))
  .sk(text('ACCOUNT#{UserName}'))
  .index('GSI3-index', { pk: text('ACCOUNT#{UserName}'), sk: text('ACCOUNT#{UserName}') })
  .fields({ ...account, Organizations: t.record(t.string()).default({}) })
const Organization = app
  .model('Organization')
  .pk(text('ACCOUNT#{OrganizationName}'))
  .sk(text('ACCOUNT#{OrganizationName}'))
  .index('GSI3-index', { pk: text('ACCOUNT#{OrganizationName}'), sk: text('ACCOUNT#{OrganizationName}') })
  .fields(account)
const Membership = app
  .model('Membership')
  .pk(text('ACCOUNT#{OrganizationName}'))
  .sk(text('MEMBERSHIP#{UserName}'))
  .fields({ OrganizationName: t.string().onlyInKeys(), Role: t.string(), CreatedAt: time })

const github = models({ Repo, Issue, PullRequest, Star, User, Organization, Membership })

const of = { RepoOwner: 'ann', RepoName: 'storm' }
const Created_At = '2026-01-02T10:00:00.123456'
const counts = { IssuesAndPullRequestCount: 3, StarCount: 1, ForkCount: 1 }
const PaymentPlan = { planType: 'PRO', planStartDate: '2026-01-01 09:00:00' }
const whole = (key: string) => ({ PK: key, SK: key })
const rows = {
  repo: {
    ...whole('REPO#ann#storm'),
    ...{ GSI1PK: 'REPO#ann#storm', GSI1SK: 'REPO#ann#storm', GSI2PK: 'REPO#ann#storm', GSI2SK: 'REPO#storm' },
    ...{ GSI3PK: 'ACCOUNT#ann', GSI3SK: `#${Created_At}` },
    ...{ ...of, Created_At, ...counts }
  },
  fork: {
    ...whole('REPO#bob#storm'),
    ...{ GSI1PK: 'REPO#bob#storm', GSI1SK: 'REPO#bob#storm', GSI2PK: 'REPO#ann#storm', GSI2SK: 'FORK#bob' },
    ...{ ...of, RepoOwner: 'bob', Created_At, IssuesAndPullRequestCount: 0, StarCount: 0, ForkCount: 0 }
  },
  issue: { PK: 'REPO#ann#storm', SK: 'ISSUE#000000001', ...of, Created_At, IssueNumber: 1, Status: 'OPEN' },
  pull: {
    ...whole('PR#ann#storm#000000003'),
    ...{ GSI1PK: 'REPO#ann#storm', GSI1SK: 'PR#000000003', ...of, Created_At, PullRquestNumber: 3 }
  },
  star: { PK: 'REPO#ann#storm', SK: 'STAR#bob', ...of, StarringUser: 'bob' },
  user: {
    ...whole('ACCOUNT#ann'),
    ...{ GSI3PK: 'ACCOUNT#ann', GSI3SK: 'ACCOUNT#ann', Type: 'User', UserName: 'ann' },
    ...{ CreatedAt: Created_At, Organizations: { acme: 'Member' }, PaymentPlan }
  },
  organization: {
    ...whole('ACCOUNT#acme'),
    ...{ GSI3PK: 'ACCOUNT#acme', GSI3SK: 'ACCOUNT#acme', Type: 'Organization', OrganizationName: 'acme' },
    ...{ CreatedAt: Created_At, PaymentPlan }
  },
  member: { PK: 'ACCOUNT#acme', SK: 'MEMBERSHIP#ann', Role: 'Member', UserName: 'ann', CreatedAt: Created_At }
}

test('GitHub: what the application wrote is read, by each of its access patterns', () =>
  designed(app, async ({ db, put }) => {
    await put(...Object.values(rows))
    const original = { ...of, SourceOwner: 'ann', Kind: 'REPO', Called: 'storm', Created_At, ...counts }

    assert.equal(await db.query(Repo, Issue).where(of).reverse().limit(11), {
      Repo: [original],
      Issue: [{ ...of, Created_At, IssueNumber: 1, Status: 'OPEN' }]
    })
    assert.equal((await db.query(Repo, Star).where(of)).Star, [{ ...of, StarringUser: 'bob' }])
    const pulls = await db.query(Repo, PullRequest).where(of).on('GSI1-index')
    assert.equal([pulls.Repo, pulls.PullRequest], [[original], [{ ...of, Created_At, PullRquestNumber: 3 }]])

    const { RepoName } = of
    const forks = await db.query(Repo).where({ SourceOwner: 'ann', RepoName, Kind: 'FORK' }).on('GSI2-index')
    assert.equal(
      forks.map(({ RepoOwner }) => RepoOwner),
      ['bob']
    )
    const ann = await db.query(User, Repo).where({ UserName: 'ann' }).on('GSI3-index')
    assert.equal([ann.User[0]?.Organizations, ann.Repo], [{ acme: 'Member' }, [original]])
    assert.is(await db.get(Organization, { OrganizationName: 'ann' }), undefined, 'a user, by Type')
    assert.equal((await db.query(Membership).where({ OrganizationName: 'acme' }))[0]?.UserName, 'ann')
    const scanned = await db.scan(github)
    assert.equal(
      Object.values(scanned).map(({ length }) => length),
      [2, 1, 1, 1, 1, 1, 1]
    )
  }))

const transactional = lacks('transactions') ? test.skip : test

transactional('GitHub: what keystorm writes, the application finds', () =>
  designed(app, async ({ db, get, find, put }) => {
    await put(rows.repo)
    const next = db
      .update(Repo, of)
      .set({ IssuesAndPullRequestCount: plus(1) })
      .returning('new')
    const { IssuesAndPullRequestCount: IssueNumber } = await next
    await db.create(Issue, { ...of, Created_At, IssueNumber, Status: 'OPEN' })
    await db.transact(
      db.create(Star, { ...of, StarringUser: 'cid' }),
      db.update(Repo, of).set({ StarCount: plus(1), ForkCount: plus(1) }),
      db.create(Repo, { ...of, RepoOwner: 'cid', SourceOwner: 'ann', Kind: 'FORK', Called: 'cid', Created_At })
    )
    const { PK, SK } = rows.repo
    assert.equal(await get({ PK, SK }), { ...rows.repo, IssuesAndPullRequestCount: 4, StarCount: 2, ForkCount: 2 })
    const issue = { ...rows.issue, SK: 'ISSUE#000000004', IssueNumber: 4 }
    assert.equal(await find('PK = :pk AND SK < :sk', { ':pk': PK, ':sk': SK }), [{ ...issue, Type: 'Issue' }])
    const forks = await find('GSI2PK = :pk', { ':pk': 'REPO#ann#storm' }, 'GSI2-index')
    assert.equal(
      forks.map(row => [row.GSI2SK, row.RepoOwner]),
      [
        ['FORK#cid', 'cid'],
        ['REPO#storm', 'ann']
      ]
    )
    await db.create(User, { UserName: 'ann', CreatedAt: Created_At, PaymentPlan, Organizations: { acme: 'Member' } })
    assert.equal(await get({ PK: 'ACCOUNT#ann', SK: 'ACCOUNT#ann' }), rows.user, 'the same row, to the byte')
  })
)

test('GitHub: the pull requests of a repository are one query of GSI1', () => {
  const query = connect({ table: 'app' }).query(PullRequest).where(of).on('GSI1-index')
  assert.equal(query.compile(), {
    TableName: 'app',
    IndexName: 'GSI1-index',
    KeyConditionExpression: 'GSI1PK = :pk AND begins_with(GSI1SK, :sk)',
    ExpressionAttributeValues: { ':pk': { S: 'REPO#ann#storm' }, ':sk': { S: 'PR#' } },
    Select: 'ALL_ATTRIBUTES'
  })
})

test.run()
