# { items(where: {id: {eq: "1"}}) { id } }
SELECT r."id" AS c0
FROM "public"."pin_items" r
WHERE r."id" = $1
ORDER BY r."id"
LIMIT $2
  $1 = "1"
  $2 = 100

# { items(where: {id: {eq: "x"}}) { id } }
SELECT r."id" AS c0
FROM "public"."pin_items" r
WHERE false
ORDER BY r."id"
LIMIT $1
  $1 = 100

# { items(where: {id: {in: ["1", "x", "2"]}, NOT: {id: {eq: 3}}}) { id } }
SELECT r."id" AS c0
FROM "public"."pin_items" r
WHERE ((NOT r."id" = $1)
  AND r."id" = ANY($2::integer[]))
ORDER BY r."id"
LIMIT $3
  $1 = "3"
  $2 = ["1","2"]
  $3 = 100

# { items(where: {id: {contains: "1"}}) { id } }
SELECT r."id" AS c0
FROM "public"."pin_items" r
WHERE r."id"::text LIKE $1
ORDER BY r."id"
LIMIT $2
  $1 = "%1%"
  $2 = 100

# { items(where: {token: {eq: "11111111-1111-4111-8111-111111111111"}}) { id } }
SELECT r."id" AS c0
FROM "public"."pin_items" r
WHERE r."token" = $1
ORDER BY r."id"
LIMIT $2
  $1 = "11111111-1111-4111-8111-111111111111"
  $2 = 100

# { items(where: {token: {eq: "no uuid"}}) { id } }
SELECT r."id" AS c0
FROM "public"."pin_items" r
WHERE false
ORDER BY r."id"
LIMIT $1
  $1 = 100

# { items( where: {token: {in: ["11111111-1111-4111-8111-111111111111", "no uuid"], startsWith: "11"}} ) { id } }
SELECT r."id" AS c0
FROM "public"."pin_items" r
WHERE (r."token" = ANY($1::uuid[])
  AND r."token"::text LIKE $2)
ORDER BY r."id"
LIMIT $3
  $1 = ["11111111-1111-4111-8111-111111111111"]
  $2 = "11%"
  $3 = 100

# query ($a: ID, $b: [ID!]) { items(where: {token: {eq: $a}, OR: [{token: {in: $b}}]}) { id } }
# with {"a":"11111111-1111-4111-8111-111111111111","b":["11111111-1111-4111-8111-111111111111","x"]}
SELECT r."id" AS c0
FROM "public"."pin_items" r
WHERE (r."token" = ANY($1::uuid[])
  AND r."token" = $2)
ORDER BY r."id"
LIMIT $3
  $1 = ["11111111-1111-4111-8111-111111111111"]
  $2 = "11111111-1111-4111-8111-111111111111"
  $3 = 100

# { items( where: {name: {eq: "one", in: ["one", "two"], gt: "a", gte: "b", lt: "y", lte: "z"}} ) { id } }
SELECT r."id" AS c0
FROM "public"."pin_items" r
WHERE (r."name" = $1
  AND r."name" = ANY($2::text[])
  AND r."name" > $3
  AND r."name" >= $4
  AND r."name" < $5
  AND r."name" <= $6)
ORDER BY r."id"
LIMIT $7
  $1 = "one"
  $2 = ["one","two"]
  $3 = "a"
  $4 = "b"
  $5 = "y"
  $6 = "z"
  $7 = 100

# { items(where: {name: {contains: "50%_\\", startsWith: "o", endsWith: "e"}}) { id } }
SELECT r."id" AS c0
FROM "public"."pin_items" r
WHERE (r."name" LIKE $1
  AND r."name" LIKE $2
  AND r."name" LIKE $3)
ORDER BY r."id"
LIMIT $4
  $1 = "%50\\%\\_\\\\%"
  $2 = "%e"
  $3 = "o%"
  $4 = 100

# { items( where: {name: {caseInsensitive: {eq: "ONE", in: ["ÄRGER"], contains: "N_", startsWith: "O", endsWith: "E", gt: "A", lte: "Z"}}} ) { id } }
SELECT r."id" AS c0
FROM "public"."pin_items" r
WHERE (lower(r."name"::text COLLATE "pg_c_utf8") COLLATE "C" = lower($1::text COLLATE "pg_c_utf8") COLLATE "C"
  AND lower(r."name"::text COLLATE "pg_c_utf8") COLLATE "C" = ANY(ARRAY(SELECT lower(item COLLATE "pg_c_utf8") COLLATE "C"
      FROM unnest($2::text[]) AS items(item)))
  AND lower(r."name"::text COLLATE "pg_c_utf8") COLLATE "C" LIKE lower($3::text COLLATE "pg_c_utf8") COLLATE "C"
  AND lower(r."name"::text COLLATE "pg_c_utf8") COLLATE "C" LIKE lower($4::text COLLATE "pg_c_utf8") COLLATE "C"
  AND lower(r."name"::text COLLATE "pg_c_utf8") COLLATE "C" LIKE lower($5::text COLLATE "pg_c_utf8") COLLATE "C"
  AND lower(r."name"::text COLLATE "pg_c_utf8") COLLATE "C" > lower($6::text COLLATE "pg_c_utf8") COLLATE "C"
  AND lower(r."name"::text COLLATE "pg_c_utf8") COLLATE "C" <= lower($7::text COLLATE "pg_c_utf8") COLLATE "C")
ORDER BY r."id"
LIMIT $8
  $1 = "ONE"
  $2 = ["ÄRGER"]
  $3 = "%N\\_%"
  $4 = "%E"
  $5 = "O%"
  $6 = "A"
  $7 = "Z"
  $8 = 100

# query ($a: String, $b: [String!]) { items(where: {name: {contains: $a, caseInsensitive: {eq: $a, in: $b}}}) { id } }
# with {"a":"x%","b":["y"]}
SELECT r."id" AS c0
FROM "public"."pin_items" r
WHERE (r."name" LIKE $1
  AND lower(r."name"::text COLLATE "pg_c_utf8") COLLATE "C" = lower($2::text COLLATE "pg_c_utf8") COLLATE "C"
  AND lower(r."name"::text COLLATE "pg_c_utf8") COLLATE "C" = ANY(ARRAY(SELECT lower(item COLLATE "pg_c_utf8") COLLATE "C"
      FROM unnest($3::text[]) AS items(item))))
ORDER BY r."id"
LIMIT $4
  $1 = "%x\\%%"
  $2 = "x%"
  $3 = ["y"]
  $4 = 100

# { items( where: {nick: {eq: "ONE", in: ["one"], contains: "O", gt: "a", caseInsensitive: {startsWith: "o"}}} ) { id } }
SELECT r."id" AS c0
FROM "public"."pin_items" r
WHERE (r."nick" = $1
  AND r."nick" = ANY($2::citext[])
  AND r."nick" LIKE $3
  AND r."nick" > $4
  AND lower(r."nick"::text COLLATE "pg_c_utf8") COLLATE "C" LIKE lower($5::text COLLATE "pg_c_utf8") COLLATE "C")
ORDER BY r."id"
LIMIT $6
  $1 = "ONE"
  $2 = ["one"]
  $3 = "%O%"
  $4 = "a"
  $5 = "o%"
  $6 = 100

# { items( where: {short: {eq: "a", contains: "b", lt: "c"}, fixed: {eq: "a", in: ["b"], startsWith: "c", gte: "d", caseInsensitive: {endsWith: "e"}}} ) { id } }
SELECT r."id" AS c0
FROM "public"."pin_items" r
WHERE (r."short" = $1
  AND r."short" LIKE $2
  AND r."short" < $3
  AND r."fixed" = $4
  AND r."fixed" = ANY($5::bpchar[])
  AND r."fixed"::text LIKE $6
  AND r."fixed" >= $7
  AND lower(r."fixed"::text::text COLLATE "pg_c_utf8") COLLATE "C" LIKE lower($8::text COLLATE "pg_c_utf8") COLLATE "C")
ORDER BY r."id"
LIMIT $9
  $1 = "a"
  $2 = "%b%"
  $3 = "c"
  $4 = "a"
  $5 = ["b"]
  $6 = "c%"
  $7 = "d"
  $8 = "%e"
  $9 = 100

# { items( where: {address: {eq: "10.0.0.1", in: ["10.0.0.2"], gt: "10.0.0.3", contains: "10.", caseInsensitive: {eq: "FE80::1"}}} ) { id } }
SELECT r."id" AS c0
FROM "public"."pin_items" r
WHERE (r."address" = $1
  AND r."address" = ANY($2::inet[])
  AND abbrev(r."address") LIKE $3
  AND r."address" > $4
  AND lower(abbrev(r."address")::text COLLATE "pg_c_utf8") COLLATE "C" = lower($5::text COLLATE "pg_c_utf8") COLLATE "C")
ORDER BY r."id"
LIMIT $6
  $1 = "10.0.0.1"
  $2 = ["10.0.0.2"]
  $3 = "%10.%"
  $4 = "10.0.0.3"
  $5 = "FE80::1"
  $6 = 100

# { items(where: {body: {matches: "two words -three"}}) { id } }
SELECT r."id" AS c0
FROM "public"."pin_items" r
WHERE to_tsvector('english', r."body") @@ websearch_to_tsquery('english', $1)
ORDER BY r."id"
LIMIT $2
  $1 = "two words -three"
  $2 = 100

# { items( where: {body: {similarTo: {text: "words"}, caseInsensitive: {contains: "W"}}} ) { id } }
SELECT r."id" AS c0
FROM "public"."pin_items" r
WHERE (lower(r."body"::text COLLATE "pg_c_utf8") COLLATE "C" LIKE lower($1::text COLLATE "pg_c_utf8") COLLATE "C"
  AND (r."body" % $2::text
    AND similarity(r."body", $2::text) >= $3::real))
ORDER BY r."id"
LIMIT $4
  $1 = "%W%"
  $2 = "words"
  $3 = 0.3
  $4 = 100

# query ($a: String!, $n: Float, $m: String) { items(where: {body: {similarTo: {text: $a, minSimilarity: $n}, matches: $m}}) { id } }
# with {"a":"words","n":0.5,"m":"x"}
SELECT r."id" AS c0
FROM "public"."pin_items" r
WHERE (to_tsvector('english', r."body") @@ websearch_to_tsquery('english', $1)
  AND (r."body" % $2::text
    AND similarity(r."body", $2::text) >= $3::real))
ORDER BY r."id"
LIMIT $4
  $1 = "x"
  $2 = "words"
  $3 = 0.5
  $4 = 100

# { items( where: {size: {eq: 1, in: [1, 2], gt: 0, gte: 0, lt: 9, lte: 9}, small: {eq: 100000, in: [1, 100000], gt: -100000}} ) { id } }
SELECT r."id" AS c0
FROM "public"."pin_items" r
WHERE (r."size" = $1::bigint
  AND r."size" > $2::bigint
  AND r."size" >= $3::bigint
  AND r."size" = ANY($4::bigint[])
  AND r."size" < $5::bigint
  AND r."size" <= $6::bigint
  AND r."small" = $7::bigint
  AND r."small" > $8::bigint
  AND r."small" = ANY($9::bigint[]))
ORDER BY r."id"
LIMIT $10
  $1 = 1
  $2 = 0
  $3 = 0
  $4 = [1,2]
  $5 = 9
  $6 = 9
  $7 = 100000
  $8 = -100000
  $9 = [1,100000]
  $10 = 100

# { items( where: {big: {eq: "9007199254740993", in: ["1", "2"], gt: "123456789012345678901234567890", lte: "-123456789012345678901234567890"}} ) { id } }
SELECT r."id" AS c0
FROM "public"."pin_items" r
WHERE (r."big" = $1
  AND r."big" > $2::numeric
  AND r."big" = ANY($3::bigint[])
  AND r."big" <= $4::numeric)
ORDER BY r."id"
LIMIT $5
  $1 = "9007199254740993"
  $2 = "123456789012345678901234567890"
  $3 = ["1","2"]
  $4 = "-123456789012345678901234567890"
  $5 = 100

# { items( where: {big: {in: ["1", "123456789012345678901234567890"]}, price: {eq: "123456789012345678901234567890.5", in: ["1.50", "NaN"], lt: "Infinity"}, exact: {eq: "1.5", in: ["1", "2.5"], gt: "0.5"}} ) { id } }
SELECT r."id" AS c0
FROM "public"."pin_items" r
WHERE (r."big" = ANY($1::numeric[])
  AND r."price" = $2
  AND r."price" = ANY($3::numeric[])
  AND r."price" < $4
  AND r."exact" = $5::numeric
  AND r."exact" = ANY($6::numeric[])
  AND r."exact" > $7::numeric)
ORDER BY r."id"
LIMIT $8
  $1 = ["1","123456789012345678901234567890"]
  $2 = "123456789012345678901234567890.5"
  $3 = ["1.50","NaN"]
  $4 = "Infinity"
  $5 = "1.5"
  $6 = ["1","2.5"]
  $7 = "0.5"
  $8 = 100

# query ($a: BigInt, $b: [BigInt!]) { items(where: {big: {eq: $a, in: $b, lt: 9007199254740993}}) { id } }
# with {"a":"123456789012345678901234567890","b":["1","123456789012345678901234567890"]}
SELECT r."id" AS c0
FROM "public"."pin_items" r
WHERE (r."big" = $1::numeric
  AND r."big" = ANY($2::numeric[])
  AND r."big" < $3)
ORDER BY r."id"
LIMIT $4
  $1 = "123456789012345678901234567890"
  $2 = ["1","123456789012345678901234567890"]
  $3 = "9007199254740993"
  $4 = 100

# { items(where: {weight: {eq: 1.5, in: [1.5, 2], gt: 1e300, lt: -1e300}}) { id } }
SELECT r."id" AS c0
FROM "public"."pin_items" r
WHERE (r."weight" = $1
  AND r."weight" > $2
  AND r."weight" = ANY($3::double precision[])
  AND r."weight" < $4)
ORDER BY r."id"
LIMIT $5
  $1 = 1.5
  $2 = 1e+300
  $3 = [1.5,2]
  $4 = -1e+300
  $5 = 100

# { items( where: {ratio: {eq: 0.1, in: [0.1, 1e300], gt: 1e-300, gte: 1e39, lt: 0.5}} ) { id } }
SELECT r."id" AS c0
FROM "public"."pin_items" r
WHERE (r."ratio" = $1
  AND r."ratio" > $2::double precision
  AND r."ratio" >= $3::double precision
  AND r."ratio" = ANY($4::double precision[])
  AND r."ratio" < $5)
ORDER BY r."id"
LIMIT $6
  $1 = 0.1
  $2 = 1e-300
  $3 = 1e+39
  $4 = [0.10000000149011612,1e+300]
  $5 = 0.5
  $6 = 100

# query ($a: Float, $b: [Float!]) { items(where: {ratio: {eq: $a, in: $b}, weight: {gte: $a}}) { id } }
# with {"a":1e+300,"b":[0.1,1e+39]}
SELECT r."id" AS c0
FROM "public"."pin_items" r
WHERE (r."weight" >= $1
  AND r."ratio" = $2::double precision
  AND r."ratio" = ANY($3::double precision[]))
ORDER BY r."id"
LIMIT $4
  $1 = 1e+300
  $2 = 1e+300
  $3 = [0.10000000149011612,1e+39]
  $4 = 100

# { items(where: {flag: {eq: true}}) { id } }
SELECT r."id" AS c0
FROM "public"."pin_items" r
WHERE r."flag" = $1
ORDER BY r."id"
LIMIT $2
  $1 = true
  $2 = 100

# { items( where: {day: {eq: "2026-03-01", in: ["0044-03-15 BC"], gt: "-infinity"}, clock: {gte: "09:30:00"}, wall: {lt: "2026-03-01T09:30:00"}} ) { id } }
SELECT r."id" AS c0
FROM "public"."pin_items" r
WHERE (r."day" = $1
  AND r."day" > $2
  AND r."day" = ANY($3::date[])
  AND r."clock" >= $4
  AND r."wall" < $5)
ORDER BY r."id"
LIMIT $6
  $1 = "2026-03-01"
  $2 = "-infinity"
  $3 = ["0044-03-15 BC"]
  $4 = "09:30:00"
  $5 = "2026-03-01T09:30:00"
  $6 = 100

# { items( where: {moment: {eq: "2026-03-01T09:30:00+02:00", in: ["infinity"], lte: "12026-03-01T00:00:00Z"}, span: {eq: "P1D", gt: "PT1S"}} ) { id } }
SELECT r."id" AS c0
FROM "public"."pin_items" r
WHERE (r."moment" = $1
  AND r."moment" = ANY($2::timestamp with time zone[])
  AND r."moment" <= $3
  AND r."span" = $4
  AND r."span" > $5)
ORDER BY r."id"
LIMIT $6
  $1 = "2026-03-01T09:30:00+02:00"
  $2 = ["infinity"]
  $3 = "12026-03-01T00:00:00Z"
  $4 = "P1D"
  $5 = "PT1S"
  $6 = 100

# { items(where: {mood: {eq: SAD, in: [HAPPY, SAD]}, kind: {eq: SAD, in: [HAPPY]}}) { id } }
SELECT r."id" AS c0
FROM "public"."pin_items" r
WHERE (r."mood" = $1
  AND r."mood" = ANY($2::text[])
  AND r."kind" = $3
  AND r."kind" = ANY($4::pin_mood[]))
ORDER BY r."id"
LIMIT $5
  $1 = "not happy"
  $2 = ["happy","not happy"]
  $3 = "not happy"
  $4 = ["happy"]
  $5 = 100

# query ($a: Mood, $b: [Mood!]) { items(where: {mood: {eq: $a}, kind: {in: $b}}) { id } }
# with {"a":"SAD","b":["HAPPY","SAD"]}
SELECT r."id" AS c0
FROM "public"."pin_items" r
WHERE (r."mood" = $1
  AND r."kind" = ANY($2::pin_mood[]))
ORDER BY r."id"
LIMIT $3
  $1 = "not happy"
  $2 = ["happy","not happy"]
  $3 = 100

# { items( where: {words: {eq: ["a", "b"], includes: "a", includesAll: ["a"], includesSome: ["a", "b"]}} ) { id } }
SELECT r."id" AS c0
FROM "public"."pin_items" r
WHERE ((r."words" = $1::text[]
    AND $1::text[] IS NOT NULL)
  AND $2::text = ANY(r."words")
  AND (r."words" @> $3::text[]
    AND $3::text[] IS NOT NULL)
  AND r."words" && $4::text[])
ORDER BY r."id"
LIMIT $5
  $1 = ["a","b"]
  $2 = "a"
  $3 = ["a"]
  $4 = ["a","b"]
  $5 = 100

# { items( where: {keys: {eq: ["11111111-1111-4111-8111-111111111111"], includes: "x", includesAll: ["11111111-1111-4111-8111-111111111111", "x"], includesSome: ["x"]}, counts: {eq: [], includes: 1, includesSome: []}} ) { id } }
SELECT r."id" AS c0
FROM "public"."pin_items" r
WHERE ((r."keys" = $1::uuid[]
    AND $1::uuid[] IS NOT NULL)
  AND false
  AND (r."keys" @> $2::uuid[]
    AND $2::uuid[] IS NOT NULL)
  AND r."keys" && $3::uuid[]
  AND (r."counts" = $4::integer[]
    AND $4::integer[] IS NOT NULL)
  AND $5::integer = ANY(r."counts")
  AND r."counts" && $6::integer[])
ORDER BY r."id"
LIMIT $7
  $1 = ["11111111-1111-4111-8111-111111111111"]
  $2 = null
  $3 = []
  $4 = []
  $5 = 1
  $6 = []
  $7 = 100

# query ($a: ID, $b: [ID!]) { items(where: {keys: {includes: $a, includesAll: $b, includesSome: $b}}) { id } }
# with {"a":"11111111-1111-4111-8111-111111111111","b":["11111111-1111-4111-8111-111111111111","x"]}
SELECT r."id" AS c0
FROM "public"."pin_items" r
WHERE ($1::uuid = ANY(r."keys")
  AND (r."keys" @> $2::uuid[]
    AND $2::uuid[] IS NOT NULL)
  AND r."keys" && $3::uuid[])
ORDER BY r."id"
LIMIT $4
  $1 = "11111111-1111-4111-8111-111111111111"
  $2 = null
  $3 = ["11111111-1111-4111-8111-111111111111"]
  $4 = 100

# { items( where: {document: {eq: {a: [1, null]}, contains: {a: 1}, hasKey: "a"}, written: {eq: 1, contains: [1], hasKey: "a"}} ) { id } }
SELECT r."id" AS c0
FROM "public"."pin_items" r
WHERE (r."document" = $1::jsonb
  AND r."document" @> $2::jsonb
  AND r."document" ? $3::text
  AND r."written"::jsonb = $4::jsonb
  AND r."written"::jsonb @> $5::jsonb
  AND r."written"::jsonb ? $6::text)
ORDER BY r."id"
LIMIT $7
  $1 = "{\"a\":[1,null]}"
  $2 = "{\"a\":1}"
  $3 = "a"
  $4 = "1"
  $5 = "[1]"
  $6 = "a"
  $7 = 100

# { items( where: {document: {at: [{path: ["a", "0"], exists: true, eq: 750727362669608961, in: [1, "x"], gt: 1, lte: "z", contains: "5%", startsWith: "t"}, {path: ["b"], exists: false}]}} ) { id } }
SELECT r."id" AS c0
FROM "public"."pin_items" r
WHERE ((r."document" #> $1::text[]) IS NOT NULL
  AND r."document" #> $2::text[] = $3::jsonb
  AND r."document" #> $4::text[] = ANY($5::jsonb[])
  AND (jsonb_typeof(r."document" #> $6::text[]) = jsonb_typeof($7::jsonb)
    AND r."document" #> $6::text[] > $7::jsonb)
  AND (jsonb_typeof(r."document" #> $8::text[]) = jsonb_typeof($9::jsonb)
    AND r."document" #> $8::text[] <= $9::jsonb)
  AND r."document" #>> $10::text[] LIKE $11
  AND r."document" #>> $12::text[] LIKE $13
  AND (r."document" #> $14::text[]) IS NULL)
ORDER BY r."id"
LIMIT $15
  $1 = ["a","0"]
  $2 = ["a","0"]
  $3 = "750727362669608961"
  $4 = ["a","0"]
  $5 = ["1","\"x\""]
  $6 = ["a","0"]
  $7 = "1"
  $8 = ["a","0"]
  $9 = "\"z\""
  $10 = ["a","0"]
  $11 = "%5\\%%"
  $12 = ["a","0"]
  $13 = "t%"
  $14 = ["b"]
  $15 = 100

# { items( where: {document: {at: [{path: [], eq: null}, {path: ["a"], gt: null}, {path: ["b"]}]}, NOT: {document: {at: []}}} ) { id } }
SELECT r."id" AS c0
FROM "public"."pin_items" r
WHERE false
ORDER BY r."id"
LIMIT $1
  $1 = 100

# query ($p: [String!]!, $v: JSON, $l: [JSON!]) { items( where: {document: {contains: $v, at: [{path: $p, eq: $v, in: $l, gte: $v}]}} ) { id } }
# with {"p":["a"],"v":{"n":1},"l":[1,"x"]}
SELECT r."id" AS c0
FROM "public"."pin_items" r
WHERE (r."document" @> $1::jsonb
  AND r."document" #> $2::text[] = $3::jsonb
  AND r."document" #> $4::text[] = ANY($5::jsonb[])
  AND (jsonb_typeof(r."document" #> $6::text[]) = jsonb_typeof($7::jsonb)
    AND r."document" #> $6::text[] >= $7::jsonb))
ORDER BY r."id"
LIMIT $8
  $1 = "{\"n\":1}"
  $2 = ["a"]
  $3 = "{\"n\":1}"
  $4 = ["a"]
  $5 = ["1","\"x\""]
  $6 = ["a"]
  $7 = "{\"n\":1}"
  $8 = 100

# { items(where: {bytes: {eq: "AAEC/w==", in: ["", "T0RSQVM="]}}) { id } }
SELECT r."id" AS c0
FROM "public"."pin_items" r
WHERE (r."bytes" = decode($1::text, 'base64')
  AND r."bytes" IN (SELECT decode(item, 'base64')
    FROM unnest($2::text[]) AS items(item)))
ORDER BY r."id"
LIMIT $3
  $1 = "AAEC/w=="
  $2 = ["","T0RSQVM="]
  $3 = 100
