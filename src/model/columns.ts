export interface Column {
  readonly name: string;
  /** SQL type as PostgreSQL's format_type prints it, without length: "uuid", "timestamp with time zone". */
  readonly sqlType: string;
  /** The type as a new column is declared, where that says more: "character varying(10)", "serial". */
  readonly declared?: string | undefined;
}

/** A column of a type's table, and the column of the target's table that it is compared with. */
export interface JoinColumns {
  readonly from: Column;
  readonly to: Column;
}

/** A table whose rows each refer to one row on either side. */
export interface JoinThrough {
  /** Name of its type. */
  readonly type: string;
  /** Its column with the key of the type that has the field. */
  readonly from: Column;
  /** Its column with the key of the target. */
  readonly to: Column;
}

/** All columns that a join compares. */
export const joinedColumns = ({
  from,
  to,
  also = [],
  through,
}: JoinColumns & {
  readonly also?: readonly JoinColumns[] | undefined;
  readonly through?: JoinThrough | undefined;
}): Column[] => [from, to, ...also.flatMap((pair) => [pair.from, pair.to]), ...(through ? [through.from, through.to] : [])];
