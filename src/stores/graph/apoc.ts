/** @neo4j/graphql writes times with a function of the APOC plug-in, which neither every server nor Grafeo has. */
const CONVERT = /apoc\.date\.convertFormat\(toString\(([^()]*)\), 'iso_zoned_date_time', 'iso_offset_date_time'\)/g;

/** The same without the plug-in: the text of a time up to the name of its zone. */
export const withoutApoc = (cypher: string): string => (cypher.includes('apoc.') ? cypher.replace(CONVERT, "split(toString($1), '[')[0]") : cypher);
