import type { Model } from './types.js';

/** `me`, and the sessions of the caller's tokens. */
export const identitySdl = ({ userType }: Model): string[] => [
  `"How the sender of a request is known."
  enum IdentityKind {
    "A user, by a token."
    USER
    "A service, by an API key."
    SERVICE
    "Nobody in particular."
    ANONYMOUS
  }
  "The sender of the request."
  type Me {
    kind: IdentityKind!
    "Key of the user, or name of the service; null for anonymous."
    id: ID
    "Name of the user or service; null for anonymous."
    name: String
    "Whether the sender is an administrator."
    isAdmin: Boolean!
    "Tenant of the user."
    tenant: ID
    "Roles that the token or the API key gives."
    roles: [String!]!
    ${userType === undefined ? '' : `"The user's row; null for services and anonymous, and where there is none."\nuser: ${userType}`}
  }
  "A token of the caller that is in use."
  type IdentitySession {
    id: ID!
    "When the token was issued; null if it does not say so."
    createdAt: DateTime
    "When the token was last checked; its last request may be up to AUTH_CACHE_MS later."
    seenAt: DateTime!
    "When the token expires; null for never."
    expiresAt: DateTime
    "User-Agent of the client, at most 100 characters."
    userAgent: String
    "Whether this request uses it."
    isCurrent: Boolean!
  }
  "How many rows or nodes of a type an operation may be about."
  enum Extent {
    "All of them."
    ALL
    "Those that the rules allow."
    SOME
    "None."
    NONE
  }
  "What the caller may do with a type."
  type Permissions {
    "Name of the type."
    type: String!
    "Rows or nodes to read."
    read: Extent!
    "Rows or nodes to count and to compute with."
    aggregate: Extent!
    "Rows or nodes to create."
    create: Extent!
    "Rows or nodes to change."
    update: Extent!
    "Rows or nodes to delete."
    delete: Extent!
    "Rows or nodes to refer to."
    connect: Extent!
  }
  type Query {
    "Who sends the request."
    me: Me!
    "What the caller may do with a type, or with each."
    myPermissions(type: String): [Permissions!]
    "Sessions of the caller: tokens that were used and are still valid, the last used first."
    mySessions: [IdentitySession!]
  }
  type Mutation {
    "Ends one of the caller's own sessions: its token is refused from now on. False if there is no such session."
    endSession(id: ID!): Boolean!
    "Ends all sessions of a user, and refuses every token issued until now. Returns the number of sessions in use. For administrators."
    endSessions(userId: ID!): Int!
  }`,
];
