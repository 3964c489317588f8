/** The authenticated caller. */
export type Caller =
  /** A server that holds one of the project's secret keys. */
  | { kind: "server"; key: string }
  /** A signed-in user whose role admits them. */
  | { kind: "user"; id: string; role: string; token: string };
