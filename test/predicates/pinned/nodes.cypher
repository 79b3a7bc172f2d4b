# { parts( where: {id: {eq: "a"}, name: {in: ["A", "B"], contains: "A", startsWith: "A", endsWith: "A", gt: "0", lte: "Z"}} ) { id } }
MATCH (this:PinPart)
WHERE (this.id = $param0 AND (this.name IN $param1 AND this.name CONTAINS $param2 AND this.name ENDS WITH $param3 AND this.name STARTS WITH $param4 AND this.name > $param5 AND this.name <= $param6))
WITH *
ORDER BY this.id ASC
LIMIT $param7
RETURN this { .id } AS this
  param0 = "a"
  param1 = ["A","B"]
  param2 = "A"
  param3 = "A"
  param4 = "A"
  param5 = "0"
  param6 = "Z"
  param7 = {"low":100,"high":0}

# { parts(where: {name: {caseInsensitive: {eq: "a", contains: "A"}}}) { id } }
MATCH (this:PinPart)
WHERE (toLower(this.name) = toLower($param0) AND toLower(this.name) CONTAINS toLower($param1))
WITH *
ORDER BY this.id ASC
LIMIT $param2
RETURN this { .id } AS this
  param0 = "a"
  param1 = "A"
  param2 = {"low":100,"high":0}

# { parts( where: {size: {eq: 1, in: [1], gt: 0}, big: {gte: "9007199254740993"}, weight: {lt: 1.5}, flag: {eq: true}, mood: {eq: SAD}} ) { id } }
MATCH (this:PinPart)
WHERE ((this.size = $param0 AND this.size > $param1 AND this.size IN $param2) AND this.big >= $param3 AND this.weight < $param4 AND this.flag = $param5 AND this.mood = $param6)
WITH *
ORDER BY this.id ASC
LIMIT $param7
RETURN this { .id } AS this
  param0 = {"low":1,"high":0}
  param1 = {"low":0,"high":0}
  param2 = [{"low":1,"high":0}]
  param3 = {"low":1,"high":2097152}
  param4 = 1.5
  param5 = true
  param6 = "not happy"
  param7 = {"low":100,"high":0}

# { parts( where: {made: {lt: "2026-03-01T09:30:00+02:00"}, day: {in: ["2026-03-01"]}, words: {includes: "a", eq: ["a"]}} ) { id } }
MATCH (this:PinPart)
WHERE (this.made < datetime($param0) AND this.day IN $param1 AND (this.words = $param2 AND $param3 IN this.words))
WITH *
ORDER BY this.id ASC
LIMIT $param4
RETURN this { .id } AS this
  param0 = "2026-03-01T07:30:00.000Z"
  param1 = [{"year":2026,"month":3,"day":1}]
  param2 = ["a"]
  param3 = "a"
  param4 = {"low":100,"high":0}

# { parts( where: {OR: [{name: {eq: "A"}}, {NOT: {size: {gt: 1}}, AND: [{size: {lt: 5}}, {flag: {eq: null}}]}]} ) { id } }
MATCH (this:PinPart)
WHERE (this.name = $param0 OR (this.size < $param1 AND this.flag IS NULL AND NOT (this.size > $param2)))
WITH *
ORDER BY this.id ASC
LIMIT $param3
RETURN this { .id } AS this
  param0 = "A"
  param1 = {"low":5,"high":0}
  param2 = {"low":1,"high":0}
  param3 = {"low":100,"high":0}

# { parts(where: {AND: [], NOT: {OR: []}, name: {}}) { id } }
MATCH (this:PinPart)
WITH *
ORDER BY this.id ASC
LIMIT $param0
RETURN this { .id } AS this
  param0 = {"low":100,"high":0}

# { parts(where: {name: {eq: null}, size: null}) { id } }
MATCH (this:PinPart)
WHERE (this.name IS NULL AND this.size IS NULL)
WITH *
ORDER BY this.id ASC
LIMIT $param0
RETURN this { .id } AS this
  param0 = {"low":100,"high":0}

# query ($a: String, $b: Int) { parts(where: {name: {eq: $a}, NOT: {size: {gt: $b}}}) { id } }
# with {"a":"A"}
MATCH (this:PinPart)
WHERE this.id IN $param0
WITH *
ORDER BY this.id ASC
LIMIT $param1
RETURN this { .id } AS this
  param0 = []
  param1 = {"low":100,"high":0}

# { parts( where: {parts: {some: {name: {eq: "B"}}, none: {name: {eq: "C"}, size: {gt: 3}}, all: {OR: []}, single: {}}} ) { id } }
MATCH (this:PinPart)
WHERE ((EXISTS {
  MATCH (this)-[:PIN_OF]->(this0:PinPart)
  WHERE this0.id IN $param0
} AND NOT (EXISTS {
  MATCH (this)-[:PIN_OF]->(this0:PinPart)
  WHERE NOT (this0.id IN $param0)
})) AND NOT (EXISTS {
  MATCH (this)-[:PIN_OF]->(this1:PinPart)
  WHERE (this1.name = $param1 AND this1.size > $param2)
}) AND (COUNT { MATCH (this)-[:PIN_OF]->(this2:PinPart) WHERE NOT (this2.id IN $param3) } = 1) AND EXISTS {
  MATCH (this)-[:PIN_OF]->(this3:PinPart)
  WHERE this3.name = $param4
})
WITH *
ORDER BY this.id ASC
LIMIT $param5
RETURN this { .id } AS this
  param0 = []
  param1 = "C"
  param2 = {"low":3,"high":0}
  param3 = []
  param4 = "B"
  param5 = {"low":100,"high":0}

# { parts(where: {parts: {some: {parts: {none: {flag: {eq: true}}}}}}) { id } }
MATCH (this:PinPart)
WHERE EXISTS {
  MATCH (this)-[:PIN_OF]->(this0:PinPart)
  WHERE NOT (EXISTS {
    MATCH (this0)-[:PIN_OF]->(this1:PinPart)
    WHERE this1.flag = $param0
  })
}
WITH *
ORDER BY this.id ASC
LIMIT $param1
RETURN this { .id } AS this
  param0 = true
  param1 = {"low":100,"high":0}

# { parts( where: {partsConnection: {some: {edge: {weight: {gt: 0}}, node: {name: {eq: "B"}}}, none: {OR: [{edge: {note: {eq: null}}}, {NOT: {node: {size: {gt: 1}}}}]}}} ) { id } }
MATCH (this:PinPart)
WHERE (NOT (EXISTS {
  MATCH (this)-[this0:PIN_OF]->(this1:PinPart)
  WHERE (this0.note IS NULL OR NOT (this1.size > $param0))
}) AND EXISTS {
  MATCH (this)-[this2:PIN_OF]->(this3:PinPart)
  WHERE (this3.name = $param1 AND this2.weight > $param2)
})
WITH *
ORDER BY this.id ASC
LIMIT $param3
RETURN this { .id } AS this
  param0 = {"low":1,"high":0}
  param1 = "B"
  param2 = {"low":0,"high":0}
  param3 = {"low":100,"high":0}

# { parts( where: {items: {some: {size: {gte: 1}, shop: {city: {eq: "Oslo"}}}, none: {name: {eq: "x"}}}} ) { id } }
SELECT 0 AS part, 0 AS ord, q.c0::text
FROM (SELECT r."id" AS c0
  FROM "public"."pin_items" r
  WHERE r."name" = $1
  LIMIT $2) q
UNION ALL SELECT 1 AS part, 0 AS ord, q.c0::text
FROM (SELECT r."id" AS c0
  FROM "public"."pin_items" r
  LEFT JOIN "public"."pin_shops" r0 ON r0."id" = r."shop_id"
  WHERE (r."size" >= $3::bigint
    AND (r0."id" IS NOT NULL
      AND r0."city" = $4))
  LIMIT $5) q
  $1 = "x"
  $2 = 100001
  $3 = 1
  $4 = "Oslo"
  $5 = 100001
MATCH (this:PinPart)
WHERE (NOT (EXISTS {
  MATCH (this)<-[:PIN_HAS]-(this0:PinItem)
  WHERE this0.id IN $param0
}) AND EXISTS {
  MATCH (this)<-[:PIN_HAS]-(this1:PinItem)
  WHERE this1.id IN $param1
})
WITH *
ORDER BY this.id ASC
LIMIT $param2
RETURN this { .id } AS this
  param0 = []
  param1 = ["1"]
  param2 = {"low":100,"high":0}

# { parts( where: {itemsConnection: {all: {edge: {weight: {eq: 2}}, NOT: {node: {size: {gt: 5}}}}}} ) { id } }
SELECT 0 AS part, 0 AS ord, q.c0::text
FROM (SELECT r."id" AS c0
  FROM "public"."pin_items" r
  WHERE (NOT r."size" > $1::bigint)
  LIMIT $2) q
UNION ALL SELECT 1 AS part, 0 AS ord, q.c0::text
FROM (SELECT r."id" AS c0
  FROM "public"."pin_items" r
  WHERE r."size" > $3::bigint
  LIMIT $4) q
  $1 = 5
  $2 = 100001
  $3 = 5
  $4 = 100001
MATCH (this:PinPart)
WHERE (NOT (EXISTS {
  MATCH (this)<-[this0:PIN_HAS]-(this1:PinItem)
  WHERE (this1.id IN $param0 OR NOT (this0.weight = $param1))
}) AND EXISTS {
  MATCH (this)<-[this2:PIN_HAS]-(this3:PinItem)
  WHERE (this3.id IN $param2 AND this2.weight = $param3)
})
WITH *
ORDER BY this.id ASC
LIMIT $param4
RETURN this { .id } AS this
  param0 = []
  param1 = {"low":2,"high":0}
  param2 = ["1","3"]
  param3 = {"low":2,"high":0}
  param4 = {"low":100,"high":0}

# { parts { parts(where: {name: {eq: "B"}, items: {none: {size: {gt: 5}}}}) { id } partsConnection(where: {edge: {weight: {gt: 0}}, node: {name: {eq: "B"}}}) { totalCount edges { node { id } } } items(where: {size: {gt: 0}}) { id } } }
SELECT 0 AS part, 0 AS ord, q.c0::text
FROM (SELECT r."id" AS c0
  FROM "public"."pin_items" r
  WHERE r."size" > $1::bigint
  LIMIT $2) q
  $1 = 5
  $2 = 100001
MATCH (this:PinPart)
WITH *
ORDER BY this.id ASC
LIMIT $param0
CALL (this) {
  MATCH (this)-[this0:PIN_OF]->(this1:PinPart)
  WHERE (this1.name = $param1 AND NOT (EXISTS {
    MATCH (this1)<-[:PIN_HAS]-(this2:PinItem)
    WHERE this2.id IN $param2
  }))
  WITH DISTINCT this1
  WITH this1 { .id } AS this1
  ORDER BY this1.id ASC
  LIMIT $param3
  RETURN collect(this1) AS var3
}
CALL (this) {
  MATCH (this)-[this4:PIN_OF]->(this5:PinPart)
  WHERE (this5.name = $param4 AND this4.weight > $param5)
  WITH collect({node: this5, relationship: this4}) AS edges, count(this5) AS totalCount
  CALL (edges) {
    UNWIND edges AS edge
    WITH edge.node AS this5, edge.relationship AS this4
    WITH *
    ORDER BY this5.id ASC
    LIMIT $param6
    RETURN collect({node: {id: this5.id, __resolveType: 'Part'}}) AS var6
  }
  RETURN {edges: var6, totalCount: totalCount} AS var7
}
CALL (this) {
  MATCH (this)<-[this8:PIN_HAS]-(this9:PinItem)
  WITH DISTINCT this9
  WITH this9 { .id } AS this9
  RETURN collect(this9) AS var10
}
RETURN this { .id, parts: var3, partsConnection: var7, items: var10 } AS this
  param0 = {"low":100,"high":0}
  param1 = "B"
  param2 = []
  param3 = {"low":100,"high":0}
  param4 = "B"
  param5 = {"low":0,"high":0}
  param6 = {"low":100,"high":0}
SELECT k.ord AS ord, l.*
FROM (SELECT ord, array_agg(key) AS keys
  FROM unnest($1::int[], $2::integer[]) p(ord, key)
  GROUP BY ord) k, LATERAL (SELECT r."id" AS c0
  FROM "public"."pin_items" r
  WHERE r."id" = ANY(k.keys)
  AND r."size" > $3::bigint
  ORDER BY r."id"
  LIMIT $4) l
LIMIT 100001
  $1 = [0]
  $2 = ["1"]
  $3 = 0
  $4 = 100

# { parts(where: {id: {eq: "a"}}) { reach( depth: 2 where: {name: {eq: "B"}} edge: {weight: {gt: 0}, OR: [{note: {eq: "x"}}, {note: {eq: null}}]} ) { distance part { id } } } }
MATCH (this:PinPart)
WHERE this.id = $param0
WITH *
ORDER BY this.id ASC
LIMIT $param1
CALL (this) {
  CALL (this) {
    WITH this AS this
    WITH this, [this] AS f0
    CALL (f0) {
      UNWIND f0 AS n
      MATCH (n)-[r:`PIN_OF`]->(m)
      WHERE any(label IN labels(m) WHERE label IN ['PinItem', 'PinPart']) AND all(clause IN $param2 WHERE any(test IN clause WHERE any(sides IN [[CASE WHEN test.lower THEN toLower(r[test.property]) WHEN test.scalar = 'LocalDateTime' THEN localdatetime(toString(r[test.property])) ELSE r[test.property] END, CASE test.scalar WHEN 'DateTime' THEN datetime(test.value) WHEN 'LocalDateTime' THEN localdatetime(test.value) WHEN 'Date' THEN date(test.value) WHEN 'LocalTime' THEN localtime(test.value) WHEN 'Time' THEN time(test.value) WHEN 'Duration' THEN duration(test.value) ELSE test.value END]] WHERE (CASE test.operator WHEN 'eq' THEN sides[0] = sides[1] WHEN 'in' THEN sides[0] IN sides[1] WHEN 'gt' THEN sides[0] > sides[1] WHEN 'gte' THEN sides[0] >= sides[1] WHEN 'lt' THEN sides[0] < sides[1] WHEN 'lte' THEN sides[0] <= sides[1] WHEN 'contains' THEN sides[0] CONTAINS sides[1] WHEN 'startsWith' THEN sides[0] STARTS WITH sides[1] WHEN 'endsWith' THEN sides[0] ENDS WITH sides[1] WHEN 'matches' THEN sides[0] =~ sides[1] WHEN 'missing' THEN sides[0] IS NULL END) <> test.negated)))
      WITH DISTINCT m
      LIMIT $param3
      RETURN collect(m) AS f1 }
    UNWIND f0 + f1 AS n
    WITH DISTINCT n
    MATCH (n)-[r:`PIN_OF`]->(m)
    WHERE any(label IN labels(m) WHERE label IN ['PinItem', 'PinPart']) AND all(clause IN $param2 WHERE any(test IN clause WHERE any(sides IN [[CASE WHEN test.lower THEN toLower(r[test.property]) WHEN test.scalar = 'LocalDateTime' THEN localdatetime(toString(r[test.property])) ELSE r[test.property] END, CASE test.scalar WHEN 'DateTime' THEN datetime(test.value) WHEN 'LocalDateTime' THEN localdatetime(test.value) WHEN 'Date' THEN date(test.value) WHEN 'LocalTime' THEN localtime(test.value) WHEN 'Time' THEN time(test.value) WHEN 'Duration' THEN duration(test.value) ELSE test.value END]] WHERE (CASE test.operator WHEN 'eq' THEN sides[0] = sides[1] WHEN 'in' THEN sides[0] IN sides[1] WHEN 'gt' THEN sides[0] > sides[1] WHEN 'gte' THEN sides[0] >= sides[1] WHEN 'lt' THEN sides[0] < sides[1] WHEN 'lte' THEN sides[0] <= sides[1] WHEN 'contains' THEN sides[0] CONTAINS sides[1] WHEN 'startsWith' THEN sides[0] STARTS WITH sides[1] WHEN 'endsWith' THEN sides[0] ENDS WITH sides[1] WHEN 'matches' THEN sides[0] =~ sides[1] WHEN 'missing' THEN sides[0] IS NULL END) <> test.negated)))
    WITH DISTINCT r
    LIMIT $param3
    WITH r, startNode(r) AS s, endNode(r) AS e
    RETURN {source: s.id, sourceLabels: labels(s), target: e.id, targetLabels: labels(e), type: type(r)} AS link
  }
  WITH link AS this0
  RETURN collect(this0) AS var1
}
RETURN this { .id, nodeKey_: this.id, reach: var1 } AS this
  param0 = "a"
  param1 = {"low":100,"high":0}
  param2 = [[{"property":"weight","operator":"gt","negated":false,"lower":false,"scalar":"Int","value":0}],[{"property":"note","operator":"eq","negated":false,"lower":false,"scalar":"String","value":"x"},{"property":"note","operator":"missing","negated":false,"lower":false,"scalar":"String"}]]
  param3 = {"low":10001,"high":0}
MATCH (this:PinPart)
WHERE (this.id IN $param0 AND this.name = $param1)
WITH *
ORDER BY this.id ASC
LIMIT $param2
RETURN this { .id, nodeKey_: this.id } AS this
  param0 = ["b"]
  param1 = "B"
  param2 = {"low":1,"high":0}

# { items(where: {parts: {some: {name: {eq: "A"}, size: {gt: 0}}}, size: {gt: 0}}) { id } }
MATCH (this:PinPart)
WHERE (this.name = $param0 AND this.size > $param1)
MATCH (this)<-[:`PIN_HAS`]-(row:`PinItem`)
WITH DISTINCT row LIMIT 2001
RETURN collect(row.id) AS keys
  param0 = "A"
  param1 = {"low":0,"high":0}
SELECT r."id" AS c0
FROM "public"."pin_items" r
WHERE (r."size" > $1::bigint
  AND r."id" = ANY($2::integer[]))
ORDER BY r."id"
LIMIT $3
  $1 = 0
  $2 = ["1"]
  $3 = 100

# { items( where: {OR: [{parts: {none: {parts: {some: {name: {eq: "B"}}}}}}, {NOT: {partsConnection: {single: {edge: {weight: {gt: 1}}}}}}]} ) { id } }
MATCH (this:PinPart)
WHERE EXISTS {
  MATCH (this)-[:PIN_OF]->(this0:PinPart)
  WHERE this0.name = $param0
}
MATCH (this)<-[:`PIN_HAS`]-(row:`PinItem`)
WITH DISTINCT row LIMIT 2001
RETURN collect(row.id) AS keys
  param0 = "B"
MATCH (this:PinItem)
WHERE (COUNT { MATCH (this)-[this0:PIN_HAS]->(this1:PinPart) WHERE this0.weight > $param0 } = 1)
WITH *
LIMIT $param1
RETURN collect(this.id) AS keys
  param0 = {"low":1,"high":0}
  param1 = {"low":2001,"high":0}
SELECT r."id" AS c0
FROM "public"."pin_items" r
WHERE ((NOT r."id" = ANY($1::integer[]))
  OR (NOT r."id" = ANY($2::integer[])))
ORDER BY r."id"
LIMIT $3
  $1 = ["1"]
  $2 = ["1"]
  $3 = 100

# { items { parts(where: {name: {eq: "A"}}) { id } partsConnection( where: {edge: {weight: {in: [1, 2]}}, NOT: {node: {name: {eq: "x"}}}} ) { edges { properties { weight } } } } }
SELECT r."id" AS c0
FROM "public"."pin_items" r
WHERE true
ORDER BY r."id"
LIMIT $1
  $1 = 100
MATCH (this:PinItem)
WHERE this.id IN $param0
CALL (this) {
  MATCH (this)-[this0:PIN_HAS]->(this1:PinPart)
  WHERE this1.name = $param1
  WITH DISTINCT this1
  WITH this1 { .id } AS this1
  ORDER BY this1.id ASC
  LIMIT $param2
  RETURN collect(this1) AS var2
}
CALL (this) {
  MATCH (this)-[this3:PIN_HAS]->(this4:PinPart)
  WHERE (NOT (this4.name = $param3) AND this3.weight IN $param4)
  WITH collect({node: this4, relationship: this3}) AS edges
  CALL (edges) {
    UNWIND edges AS edge
    WITH edge.node AS this4, edge.relationship AS this3
    WITH *
    ORDER BY this4.id ASC
    LIMIT $param5
    RETURN collect({properties: {weight: this3.weight, __resolveType: 'Has'}, node: {__id: elementId(this4), __resolveType: 'Part'}}) AS var5
  }
  RETURN {edges: var5} AS var6
}
RETURN this { .id, h0: var2, h1: var6 } AS this
  param0 = ["1","2","3","4"]
  param1 = "A"
  param2 = {"low":100,"high":0}
  param3 = "x"
  param4 = [{"low":1,"high":0},{"low":2,"high":0}]
  param5 = {"low":100,"high":0}

# { partsConnection(where: {items: {some: {}}, size: {gt: 0}}) { totalCount aggregate { count { nodes } } } }
SELECT 0 AS part, 0 AS ord, q.c0::text
FROM (SELECT r."id" AS c0
  FROM "public"."pin_items" r
  WHERE true
  LIMIT $1) q
  $1 = 100001
CALL {
  MATCH (this:PinPart)
  WHERE (this.size > $param0 AND EXISTS {
    MATCH (this)<-[:PIN_HAS]-(this0:PinItem)
    WHERE this0.id IN $param1
  })
  WITH count(DISTINCT this) AS aggregate0 RETURN {nodes: aggregate0} AS var1
}
CALL (*) {
  MATCH (this2:PinPart)
  WHERE (this2.size > $param2 AND EXISTS {
    MATCH (this2)<-[:PIN_HAS]-(this3:PinItem)
    WHERE this3.id IN $param3
  })
  WITH count(this2) AS totalCount
  RETURN *
}
RETURN {totalCount: totalCount, aggregate: {count: var1}} AS this
  param0 = {"low":0,"high":0}
  param1 = ["1","2","3","4"]
  param2 = {"low":0,"high":0}
  param3 = ["1","2","3","4"]
