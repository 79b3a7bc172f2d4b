# mutation { updateItems( where: {name: {eq: "none"}, shop: {city: {eq: "Oslo"}}} update: {size: {set: 5}} ) { items { id } } }
BEGIN
UPDATE "public"."pin_items" AS r
SET "size" = $1::integer
WHERE (r."name" = $2
  AND EXISTS (SELECT 1
    FROM "public"."pin_shops" t0
    WHERE t0."id" = r."shop_id"
    AND t0."city" = $3))
RETURNING r."id"::text
  $1 = 5
  $2 = "none"
  $3 = "Oslo"
COMMIT

# mutation { updateItems( where: {id: {eq: 1}} update: {size: {set: 1}, parent: {disconnect: true}, shop: {update: {node: {city: {set: "Oslo"}, items: [{delete: [{where: {node: {name: {in: []}, shop: {city: {eq: null}}}}}]}]}}}} ) { info { nodesCreated } } }
BEGIN
SELECT r."id"::text, r."shop_id"::text, r."parent_id"::text
FROM "public"."pin_items" r
WHERE r."id" = $1
ORDER BY r."id" FOR NO KEY UPDATE
  $1 = "1"
UPDATE "public"."pin_items" AS r
SET "size" = $1::integer, "parent_id" = NULL
FROM unnest($2::integer[]) AS k(c0)
WHERE r."id" = k.c0
RETURNING r."id"::text, r."shop_id"::text, k.c0::text
  $1 = 1
  $2 = ["1"]
SELECT r."id"::text
FROM "public"."pin_shops" r
WHERE r."id" = ANY($1::uuid[])
AND true
ORDER BY r."id" FOR NO KEY UPDATE
  $1 = ["11111111-1111-4111-8111-111111111111"]
UPDATE "public"."pin_shops" AS r
SET "city" = $1::text
FROM unnest($2::uuid[]) AS k(c0)
WHERE r."id" = k.c0
RETURNING r."id"::text, k.c0::text
  $1 = "Oslo"
  $2 = ["11111111-1111-4111-8111-111111111111"]
DELETE FROM "public"."pin_items" AS r
WHERE r."shop_id" = ANY($1::uuid[])
AND false
RETURNING r."id"::text
  $1 = ["11111111-1111-4111-8111-111111111111"]
COMMIT
SELECT "id"::text, "name"::text
FROM "public"."pin_items"
WHERE "id" = ANY($1::integer[])
  $1 = ["1"]

# mutation { updateItems( where: {id: {eq: 1}} update: {items: [{delete: [{where: {node: {name: {eq: "x"}}}}], disconnect: [{where: {node: {name: {caseInsensitive: {eq: "Y"}}}}}], update: [{where: {node: {NOT: {size: {gt: 0}}, flag: {eq: true}}}, node: {flag: {set: false}}}], connect: [{where: {node: {id: {in: [3]}, parent: {name: {eq: "one"}}}}}]}]} ) { info { nodesCreated } } }
BEGIN
SELECT 0, q.c0
FROM (SELECT r."id"::text AS c0
  FROM "public"."pin_items" r
  WHERE (r."id" = ANY($1::integer[])
    AND EXISTS (SELECT 1
      FROM "public"."pin_items" t0
      WHERE t0."id" = r."parent_id"
      AND t0."name" = $2))
  LIMIT 10001
  FOR UPDATE) q
  $1 = ["3"]
  $2 = "one"
SELECT r."id"::text
FROM "public"."pin_items" r
WHERE r."id" = $1
ORDER BY r."id" FOR NO KEY UPDATE
  $1 = "1"
UPDATE "public"."pin_items" AS r
SET "flag" = $1::boolean
WHERE r."parent_id" = ANY($4::integer[])
AND ((NOT r."size" > $2::bigint)
  AND r."flag" = $3)
RETURNING r."id"::text
  $1 = false
  $2 = 0
  $3 = true
  $4 = ["1"]
UPDATE "public"."pin_items" AS r
SET "parent_id" = NULL
WHERE r."parent_id" = ANY($2::integer[])
AND lower(r."name"::text COLLATE "pg_c_utf8") COLLATE "C" = lower($1::text COLLATE "pg_c_utf8") COLLATE "C"
RETURNING r."id"::text
  $1 = "Y"
  $2 = ["1"]
DELETE FROM "public"."pin_items" AS r
WHERE r."parent_id" = ANY($2::integer[])
AND r."name" = $1
RETURNING r."id"::text
  $1 = "x"
  $2 = ["1"]
UPDATE "public"."pin_items" AS r
SET "parent_id" = k.v0
FROM unnest($1::integer[], $2::integer[]) AS k(c0, v0)
JOIN "public"."pin_items" t0 ON t0."id" = k.c0
WHERE r."id" = k.c0
RETURNING r."id"::text, t0."parent_id"::text, r."parent_id"::text, t0."parent_id"::text
  $1 = ["3"]
  $2 = ["1"]
COMMIT
SELECT "id"::text, "name"::text
FROM "public"."pin_items"
WHERE "id" = ANY($1::integer[])
  $1 = ["1"]

# mutation { deleteItems( where: {OR: [{size: {gt: 1000}}, {parent: {items: {none: {size: {lt: 5}}}}}]} ) { nodesDeleted } }
BEGIN
DELETE FROM "public"."pin_items" AS r
WHERE (r."size" > $1::bigint
  OR EXISTS (SELECT 1
    FROM "public"."pin_items" t0
    WHERE t0."id" = r."parent_id"
    AND NOT EXISTS (SELECT 1
      FROM "public"."pin_items" t1
      WHERE t1."parent_id" = t0."id"
      AND t1."size" < $2::bigint)))
RETURNING r."id"::text
  $1 = 1000
  $2 = 5
COMMIT

# mutation { deleteShops( where: {name: {eq: "East"}} delete: {items: [{where: {node: {name: {eq: "last"}}}, delete: {items: [{where: {node: {size: {eq: 7}}}}]}}]} ) { nodesDeleted } }
BEGIN
SELECT r."id"::text
FROM "public"."pin_shops" r
WHERE r."name" = $1
ORDER BY r."id"
FOR UPDATE
  $1 = "East"
SELECT r."id"::text
FROM "public"."pin_items" r
WHERE r."shop_id" = ANY($2::uuid[])
AND r."name" = $1
ORDER BY r."id"
FOR UPDATE
  $1 = "last"
  $2 = ["22222222-2222-4222-8222-222222222223"]
DELETE FROM "public"."pin_items" AS r
WHERE r."parent_id" = ANY($2::integer[])
AND r."size" = $1::bigint
RETURNING r."id"::text
  $1 = 7
  $2 = ["4"]
DELETE FROM "public"."pin_items" AS r USING unnest($1::integer[]) AS k(c0)
WHERE r."id" = k.c0
RETURNING r."id"::text
  $1 = ["4"]
DELETE FROM "public"."pin_shops" AS r USING unnest($1::uuid[]) AS k(c0)
WHERE r."id" = k.c0
RETURNING r."id"::text
  $1 = ["22222222-2222-4222-8222-222222222223"]
COMMIT
SELECT "id"::text, "name"::text
FROM "public"."pin_items"
WHERE "id" = ANY($1::integer[])
  $1 = ["4"]

# mutation ($a: String) { deleteItems(where: {name: {eq: $a}}) { nodesDeleted } }
error: Argument where of deleteItems: the variable $a has no value, so its condition would take every row. Send a value, or leave the condition out

# mutation ($a: String) { deleteItems(where: {name: {gt: $a}, NOT: {name: {lt: $a}}}) { nodesDeleted } }
# with {"a":null}
BEGIN
DELETE FROM "public"."pin_items" AS r
WHERE ((NOT NULL::boolean)
  AND NULL::boolean)
RETURNING r."id"::text
COMMIT

# mutation { deleteItems(where: {}) { nodesDeleted } }
error: Argument where of deleteItems: expected a condition, but got where that asks nothing and would take every row. Give it a value, or leave it out

# mutation { deleteItems(where: {name: null}) { nodesDeleted } }
error: Argument where of deleteItems: expected a condition, but got where.name that asks nothing and would take every row. Give it a value, or leave it out

# mutation { deleteItems( where: {name: {eq: null}, NOT: {parent: null}, shop: {id: {in: []}}} ) { nodesDeleted } }
BEGIN
DELETE FROM "public"."pin_items" AS r
WHERE (EXISTS (SELECT 1
    FROM "public"."pin_items" t0
    WHERE t0."id" = r."parent_id"
    AND true)
  AND r."name" IS NULL
  AND EXISTS (SELECT 1
    FROM "public"."pin_shops" t1
    WHERE t1."id" = r."shop_id"
    AND false))
RETURNING r."id"::text
COMMIT

# mutation { deleteItems(where: {parts: {some: {name: {eq: "none"}}}}) { nodesDeleted } }
BEGIN
DELETE FROM "public"."pin_items" AS r
WHERE r."id" = ANY($1::integer[])
RETURNING r."id"::text
  $1 = []
COMMIT

# mutation { createShops( input: [{id: "33333333-3333-4333-8333-333333333333", name: "New", owner: {connect: {where: {node: {name: {eq: "Ada"}, shops: {some: {city: {eq: "Oslo"}}}}}}}}] ) { shops { id } } }
BEGIN
SELECT 0, q.c0
FROM (SELECT r."id"::text AS c0
  FROM "public"."pin_persons" r
  WHERE (r."name" = $1
    AND EXISTS (SELECT 1
      FROM "public"."pin_shops" t0
      WHERE t0."owner_id" = r."id"
      AND t0."city" = $2))
  LIMIT 2) q
  $1 = "Ada"
  $2 = "Oslo"
INSERT INTO "public"."pin_shops" AS r ("id", "name", "owner_id")
VALUES ($1::uuid, $2::text, $3::integer)
RETURNING r."id"::text
  $1 = "33333333-3333-4333-8333-333333333333"
  $2 = "New"
  $3 = "1"
COMMIT
SELECT k.ord - 1 AS ord, l.*
FROM unnest($1::uuid[]) WITH ORDINALITY k(key0, ord), LATERAL (SELECT r."id" AS c0
  FROM "public"."pin_shops" r
  WHERE r."id" = k.key0) l
LIMIT 100001
  $1 = ["33333333-3333-4333-8333-333333333333"]

# mutation { deleteParts(where: {name: {eq: "none"}, items: {some: {size: {gt: 100}}}}) { nodesDeleted } }
SELECT 0 AS part, 0 AS ord, q.c0::text
FROM (SELECT r."id" AS c0
  FROM "public"."pin_items" r
  WHERE r."size" > $1::bigint
  LIMIT $2) q
  $1 = 100
  $2 = 100001
