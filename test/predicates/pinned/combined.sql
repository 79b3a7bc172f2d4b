# { items(where: {}) { id } }
SELECT r."id" AS c0
FROM "public"."pin_items" r
WHERE true
ORDER BY r."id"
LIMIT $1
  $1 = 100

# { items(where: {AND: [], OR: []}) { id } }
SELECT r."id" AS c0
FROM "public"."pin_items" r
WHERE false
ORDER BY r."id"
LIMIT $1
  $1 = 100

# { items(where: {name: {}, parent: {}, items: {}, document: {}}) { id } }
SELECT r."id" AS c0
FROM "public"."pin_items" r
LEFT JOIN "public"."pin_items" r0 ON r0."id" = r."parent_id"
WHERE (r0."id" IS NOT NULL
  AND true)
ORDER BY r."id"
LIMIT $1
  $1 = 100

# { items(where: {NOT: {}}) { id } }
SELECT r."id" AS c0
FROM "public"."pin_items" r
WHERE false
ORDER BY r."id"
LIMIT $1
  $1 = 100

# { items(where: {NOT: {OR: []}}) { id } }
SELECT r."id" AS c0
FROM "public"."pin_items" r
WHERE true
ORDER BY r."id"
LIMIT $1
  $1 = 100

# { items(where: {OR: [{}, {name: {eq: "a"}}]}) { id } }
SELECT r."id" AS c0
FROM "public"."pin_items" r
WHERE true
ORDER BY r."id"
LIMIT $1
  $1 = 100

# { items( where: {name: {eq: "a"}, OR: [{size: {gt: 1}}, {size: {eq: null}, AND: [{flag: {eq: true}}, {NOT: {mood: {eq: SAD}}}]}], NOT: {OR: [{name: {eq: "b"}}, {NOT: {size: {lt: 5}}}]}} ) { id } }
SELECT r."id" AS c0
FROM "public"."pin_items" r
WHERE ((r."size" > $1::bigint
    OR (r."flag" = $2
      AND (NOT r."mood" = $3)
      AND r."size" IS NULL))
  AND (NOT (r."name" = $4
      OR (NOT r."size" < $5::bigint)))
  AND r."name" = $6)
ORDER BY r."id"
LIMIT $7
  $1 = 1
  $2 = true
  $3 = "not happy"
  $4 = "b"
  $5 = 5
  $6 = "a"
  $7 = 100

# { items( where: {AND: [{OR: [{name: {eq: "a"}}]}, {AND: [{name: {eq: "b"}, size: {eq: 1}}]}]} ) { id } }
SELECT r."id" AS c0
FROM "public"."pin_items" r
WHERE (r."name" = $1
  AND r."name" = $2
  AND r."size" = $3::bigint)
ORDER BY r."id"
LIMIT $4
  $1 = "a"
  $2 = "b"
  $3 = 1
  $4 = 100

# { items(where: {name: null, size: {eq: null}, document: null, words: {eq: null}}) { id } }
SELECT r."id" AS c0
FROM "public"."pin_items" r
WHERE (r."name" IS NULL
  AND r."size" IS NULL
  AND r."words" IS NULL
  AND r."document" IS NULL)
ORDER BY r."id"
LIMIT $1
  $1 = 100

# { items( where: {name: {gt: null}, NOT: {size: {in: null}}, OR: [{name: {contains: null}}, {document: {contains: null}}, {words: {includes: null}}]} ) { id } }
SELECT r."id" AS c0
FROM "public"."pin_items" r
WHERE ((NULL::boolean
    OR NULL::boolean
    OR NULL::boolean)
  AND (NOT NULL::boolean)
  AND NULL::boolean)
ORDER BY r."id"
LIMIT $1
  $1 = 100

# { items( where: {name: {eq: null, contains: "a"}, body: {matches: null, similarTo: null}, bytes: {in: null}, mood: {eq: null}} ) { id } }
SELECT r."id" AS c0
FROM "public"."pin_items" r
WHERE (r."name" IS NULL
  AND r."name" LIKE $1
  AND NULL::boolean
  AND NULL::boolean
  AND r."mood" IS NULL
  AND NULL::boolean)
ORDER BY r."id"
LIMIT $2
  $1 = "%a%"
  $2 = 100

# { items(where: {name: {caseInsensitive: null}}) { id } }
error: Argument where of items: expected a condition for name.caseInsensitive, but got null. Leave it out to ask nothing

# { items(where: {OR: null}) { id } }
error: Argument where of items: expected a condition for OR, but got null. Leave it out to ask nothing

# { items(where: {NOT: null}) { id } }
error: Argument where of items: expected a condition for NOT, but got null. Leave it out to ask nothing

# { items(where: {items: {some: null}}) { id } }
error: Argument where of items: expected a condition for items.some, but got null. Leave it out to ask nothing

# { items(where: {parent: null, shop: null}) { id } }
SELECT r."id" AS c0
FROM "public"."pin_items" r
WHERE ((NOT EXISTS (SELECT 1
      FROM "public"."pin_shops" t0
      WHERE t0."id" = r."shop_id"
      AND true))
  AND (NOT EXISTS (SELECT 1
      FROM "public"."pin_items" t1
      WHERE t1."id" = r."parent_id"
      AND true)))
ORDER BY r."id"
LIMIT $1
  $1 = 100

# query ($a: String, $b: String) { items(where: {name: {eq: $a, contains: $b}}) { id } }
# with {"a":null,"b":null}
SELECT r."id" AS c0
FROM "public"."pin_items" r
WHERE (r."name" IS NULL
  AND NULL::boolean)
ORDER BY r."id"
LIMIT $1
  $1 = 100

# query ($a: String, $b: Int) { items(where: {name: {eq: $a}, size: {gt: $b}, NOT: {size: {lt: $b}}}) { id } }
SELECT r."id" AS c0
FROM "public"."pin_items" r
WHERE false
ORDER BY r."id"
LIMIT $1
  $1 = 100

# query ($w: ItemWhere, $s: ShopWhere) { items(where: {AND: [{name: {eq: "a"}}], NOT: $w, shop: $s}) { id } }
SELECT r."id" AS c0
FROM "public"."pin_items" r
WHERE r."name" = $1
ORDER BY r."id"
LIMIT $2
  $1 = "a"
  $2 = 100

# query ($w: ItemWhere) { items(where: $w) { id } }
# with {"w":{"OR":[{"name":{"eq":"a","in":["b"]}},{"NOT":{"size":{"gt":2}}}]}}
SELECT r."id" AS c0
FROM "public"."pin_items" r
WHERE ((r."name" = $1
    AND r."name" = ANY($2::text[]))
  OR (NOT r."size" > $3::bigint))
ORDER BY r."id"
LIMIT $4
  $1 = "a"
  $2 = ["b"]
  $3 = 2
  $4 = 100

# query ($w: ItemWhere) { items(where: $w) { id } }
# with {"w":null}
SELECT r."id" AS c0
FROM "public"."pin_items" r
WHERE true
ORDER BY r."id"
LIMIT $1
  $1 = 100
