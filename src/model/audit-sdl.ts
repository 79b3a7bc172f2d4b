/** `auditLog`, whatever the schema. */
export const AUDIT_SDL = `
  type Query {
    "Who has written what, and what was refused, newest first. For administrators."
    auditLog(where: AuditWhere, limit: Int, after: ID): AuditPage
  }
  "Conditions that all hold."
  input AuditWhere {
    "At this time or later."
    since: DateTime
    "Before this time."
    until: DateTime
    "Key of a user, or name of a service."
    identity: String
    requestId: String
    "Name of the operation."
    operation: String
    "Root field: createProjects."
    field: String
    outcome: AuditOutcome
    "Type of a row that was written."
    type: String
    "Key of that row; needs type."
    key: ID
  }
  "WRITTEN is committed, REFUSED wrote nothing. SENT precedes a write to the graph, which WRITTEN or FAILED follows."
  enum AuditOutcome { WRITTEN SENT FAILED REFUSED }
  enum AuditAction { CREATE UPDATE DELETE }
  enum AuditIdentityKind { USER SERVICE ANONYMOUS }
  "A page of the audit log."
  type AuditPage {
    entries: [AuditEntry!]!
    "The after of the next page."
    endCursor: ID
    hasNextPage: Boolean!
  }
  "An entry of the audit log."
  type AuditEntry {
    id: ID!
    at: DateTime!
    requestId: String!
    operation: String
    field: String
    outcome: AuditOutcome!
    identity: AuditIdentity!
    "How many rows and references were written; of a refusal its code and message."
    facts: JSON!
    "The rows that were written, in this order."
    changes: [AuditChange!]!
    "Arguments of a write to the graph, whose changes are not known one by one."
    input: JSON
    "Its place in the chain; null until it is sealed, within about a second."
    position: BigInt
    "SHA-256 of the entry and of the one before it."
    hash: String
  }
  type AuditIdentity {
    kind: AuditIdentityKind!
    id: String
    name: String
  }
  "A row that was written: texts by column, secret ones masked. An update has the columns that changed."
  type AuditChange {
    action: AuditAction!
    type: String!
    key: ID!
    before: JSON
    after: JSON
  }`;
