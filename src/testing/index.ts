/** Testing: certification authorities and identities made on the spot, for demonstrations and tests. Trust nothing that comes from here. */

export { createAuthority, type IssueOptions, type TestAuthority, type TestIdentity } from './authority.js'
