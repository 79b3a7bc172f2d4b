# { items(where: {shop: {name: {eq: "North"}, owner: {name: {startsWith: "A"}}}}) { id } }
SELECT r."id" AS c0
FROM "public"."pin_items" r
LEFT JOIN "public"."pin_shops" r0 ON r0."id" = r."shop_id"
LEFT JOIN "public"."pin_persons" r1 ON r1."id" = r0."owner_id"
WHERE (r0."id" IS NOT NULL
  AND (r0."name" = $1
    AND (r1."id" IS NOT NULL
      AND r1."name" LIKE $2)))
ORDER BY r."id"
LIMIT $3
  $1 = "North"
  $2 = "A%"
  $3 = 100

# { items(where: {shop: {id: {eq: "11111111-1111-4111-8111-111111111111"}}}) { id } }
SELECT r."id" AS c0
FROM "public"."pin_items" r
WHERE (r."shop_id" = $1
  AND EXISTS (SELECT 1
    FROM "public"."pin_shops" t0
    WHERE t0."id" = $2))
ORDER BY r."id"
LIMIT $3
  $1 = "11111111-1111-4111-8111-111111111111"
  $2 = "11111111-1111-4111-8111-111111111111"
  $3 = 100

# { items( where: {shop: {id: {eq: "11111111-1111-4111-8111-111111111111"}, name: {eq: "North"}}, NOT: {shop: {id: {eq: "11111111-1111-4111-8111-111111111111"}}}} ) { id } }
SELECT r."id" AS c0
FROM "public"."pin_items" r
WHERE ((NOT EXISTS (SELECT 1
      FROM "public"."pin_shops" t0
      WHERE t0."id" = r."shop_id"
      AND t0."id" = $1))
  AND (r."shop_id" = $2
    AND EXISTS (SELECT 1
      FROM "public"."pin_shops" t1
      WHERE (t1."id" = $3
        AND t1."name" = $4))))
ORDER BY r."id"
LIMIT $5
  $1 = "11111111-1111-4111-8111-111111111111"
  $2 = "11111111-1111-4111-8111-111111111111"
  $3 = "11111111-1111-4111-8111-111111111111"
  $4 = "North"
  $5 = 100

# { items( where: {AND: [{shop: {city: {eq: "Oslo"}}}, {parent: {shop: {city: {eq: "Oslo"}}}}], OR: [{shop: {city: {eq: null}}}]} ) { id } }
SELECT r."id" AS c0
FROM "public"."pin_items" r
LEFT JOIN "public"."pin_shops" r0 ON r0."id" = r."shop_id"
LEFT JOIN "public"."pin_items" r1 ON r1."id" = r."parent_id"
LEFT JOIN "public"."pin_shops" r2 ON r2."id" = r1."shop_id"
WHERE ((r0."id" IS NOT NULL
    AND r0."city" = $1)
  AND (r1."id" IS NOT NULL
    AND (r2."id" IS NOT NULL
      AND r2."city" = $2))
  AND (r0."id" IS NOT NULL
    AND r0."city" IS NULL))
ORDER BY r."id"
LIMIT $3
  $1 = "Oslo"
  $2 = "Oslo"
  $3 = 100

# { items( where: {seller: {name: {eq: "Ada"}}, namesake: {size: {gt: 1}}, NOT: {parent: {name: {eq: "x"}}}} ) { id } }
SELECT r."id" AS c0
FROM "public"."pin_items" r
LEFT JOIN "public"."pin_persons" r0 ON r0."id"::text = r."seller"::text
WHERE ((NOT EXISTS (SELECT 1
      FROM "public"."pin_items" t0
      WHERE t0."id" = r."parent_id"
      AND t0."name" = $1))
  AND (r0."id" IS NOT NULL
    AND r0."name" = $2)
  AND EXISTS (SELECT 1
    FROM "public"."pin_items" t1
    WHERE t1."short" = r."short"
    AND t1."size" > $3::bigint))
ORDER BY r."id"
LIMIT $4
  $1 = "x"
  $2 = "Ada"
  $3 = 1
  $4 = 100

# { items(where: {parent: {parent: null, NOT: {shop: null}}}) { id } }
SELECT r."id" AS c0
FROM "public"."pin_items" r
LEFT JOIN "public"."pin_items" r0 ON r0."id" = r."parent_id"
LEFT JOIN "public"."pin_shops" r1 ON r1."id" = r0."shop_id"
WHERE (r0."id" IS NOT NULL
  AND ((r1."id" IS NOT NULL
      AND true)
    AND (NOT EXISTS (SELECT 1
        FROM "public"."pin_items" t0
        WHERE t0."id" = r0."parent_id"
        AND true))))
ORDER BY r."id"
LIMIT $1
  $1 = 100

# { shops( where: {items: {some: {size: {gt: 1}}, none: {name: {eq: "x"}}, all: {flag: {eq: true}}, single: {}}} ) { id } }
SELECT r."id" AS c0
FROM "public"."pin_shops" r
WHERE ((EXISTS (SELECT 1
      FROM "public"."pin_items" t0
      WHERE t0."shop_id" = r."id"
      AND t0."flag" = $1)
    AND NOT EXISTS (SELECT 1
      FROM "public"."pin_items" t1
      WHERE t1."shop_id" = r."id"
      AND NOT t1."flag" = $2))
  AND NOT EXISTS (SELECT 1
    FROM "public"."pin_items" t2
    WHERE t2."shop_id" = r."id"
    AND t2."name" = $3)
  AND (SELECT count(*)
    FROM (SELECT 1
      FROM "public"."pin_items" t3
      WHERE t3."shop_id" = r."id"
      AND true
      LIMIT 2) one) = 1
  AND EXISTS (SELECT 1
    FROM "public"."pin_items" t4
    WHERE t4."shop_id" = r."id"
    AND t4."size" > $4::bigint))
ORDER BY r."id"
LIMIT $5
  $1 = true
  $2 = true
  $3 = "x"
  $4 = 1
  $5 = 100

# { people( where: {shops: {some: {items: {none: {parent: {items: {all: {size: {gt: 1}}}}}}}}} ) { id } }
SELECT r."id" AS c0
FROM "public"."pin_persons" r
WHERE EXISTS (SELECT 1
  FROM "public"."pin_shops" t0
  WHERE t0."owner_id" = r."id"
  AND NOT EXISTS (SELECT 1
    FROM "public"."pin_items" t1
    WHERE t1."shop_id" = t0."id"
    AND EXISTS (SELECT 1
      FROM "public"."pin_items" t2
      WHERE t2."id" = t1."parent_id"
      AND (EXISTS (SELECT 1
          FROM "public"."pin_items" t3
          WHERE t3."parent_id" = t2."id"
          AND t3."size" > $1::bigint)
        AND NOT EXISTS (SELECT 1
          FROM "public"."pin_items" t4
          WHERE t4."parent_id" = t2."id"
          AND NOT t4."size" > $2::bigint)))))
ORDER BY r."id"
LIMIT $3
  $1 = 1
  $2 = 1
  $3 = 100

# { shops( where: {NOT: {items: {some: {OR: [{name: {eq: "a"}}, {shop: {owner: null}}]}}}} ) { id } }
SELECT r."id" AS c0
FROM "public"."pin_shops" r
WHERE (NOT EXISTS (SELECT 1
    FROM "public"."pin_items" t0
    WHERE t0."shop_id" = r."id"
    AND (t0."name" = $1
      OR EXISTS (SELECT 1
        FROM "public"."pin_shops" t1
        WHERE t1."id" = t0."shop_id"
        AND (NOT EXISTS (SELECT 1
            FROM "public"."pin_persons" t2
            WHERE t2."id" = t1."owner_id"
            AND true))))))
ORDER BY r."id"
LIMIT $2
  $1 = "a"
  $2 = 100

# { shops(where: {name: {eq: "North"}}) { items( where: {size: {gte: 1}, parent: {name: {eq: "one"}}} sort: [{parent: {name: ASC}}] limit: 2 ) { id } owner { shops(where: {city: {eq: null}}) { id } } } }
SELECT r."id" AS c0, r0."id" AS c1
FROM "public"."pin_shops" r
LEFT JOIN "public"."pin_persons" r0 ON r0."id" = r."owner_id"
WHERE r."name" = $1
ORDER BY r."id"
LIMIT $2
  $1 = "North"
  $2 = 100
SELECT 0 AS part, q.ord, q.c0::text
FROM (SELECT k.ord - 1 AS ord, l.*
  FROM unnest($1::uuid[]) WITH ORDINALITY k(key, ord), LATERAL (SELECT r."id" AS c0
    FROM "public"."pin_items" r
    LEFT JOIN "public"."pin_items" r0 ON r0."id" = r."parent_id"
    WHERE r."shop_id" = k.key
    AND (r."size" >= $2::bigint
      AND EXISTS (SELECT 1
        FROM "public"."pin_items" t0
        WHERE t0."id" = r."parent_id"
        AND t0."name" = $3))
    ORDER BY r0."name", r."id"
    LIMIT $4) l) q
UNION ALL SELECT 1 AS part, q.ord, q.c0::text
FROM (SELECT k.ord - 1 AS ord, l.*
  FROM unnest($5::integer[]) WITH ORDINALITY k(key, ord), LATERAL (SELECT r."id" AS c0
    FROM "public"."pin_shops" r
    WHERE r."owner_id" = k.key
    AND r."city" IS NULL
    ORDER BY r."id"
    LIMIT $6) l) q
LIMIT 100001
  $1 = ["11111111-1111-4111-8111-111111111111"]
  $2 = 1
  $3 = "one"
  $4 = 2
  $5 = ["1"]
  $6 = 100

# { itemsConnection( first: 2 where: {shop: {city: {eq: "Oslo"}}, size: {gt: 0}} sort: [{shop: {name: DESC}}] ) { totalCount edges { node { id } } aggregate { count { nodes } node { size { max sum } name { shortest distinct } } } } }
SELECT 0 AS part, 0 AS ord, q.c0::text, q.c1::text, q.c2::text, q.c3::text, NULL::text
FROM (SELECT r."id" AS c0, r0."name"::text AS c1, r."id"::text AS c2, k."#total" AS c3
  FROM (SELECT r."id", count(*) OVER () AS "#total"
    FROM "public"."pin_items" r
    LEFT JOIN "public"."pin_shops" r0 ON r0."id" = r."shop_id"
    WHERE (r."size" > $1::bigint
      AND EXISTS (SELECT 1
        FROM "public"."pin_shops" t0
        WHERE t0."id" = r."shop_id"
        AND t0."city" = $2))
    ORDER BY r0."name" DESC, r."id"
    LIMIT $3) k
  JOIN "public"."pin_items" r ON r."id" = k."id"
  LEFT JOIN "public"."pin_shops" r0 ON r0."id" = r."shop_id"
  ORDER BY r0."name" DESC, r."id") q
UNION ALL SELECT 1 AS part, 0 AS ord, q.c0::text, q.c1::text, q.c2::text, q.c3::text, q.c4::text
FROM (SELECT count(*) AS c0, max(r."size") AS c1, sum(r."size") AS c2, (array_agg(r."name"::text
      ORDER BY length(r."name"::text), r."name"::text) FILTER (WHERE r."name"::text IS NOT NULL))[1] AS c3, count(DISTINCT r."name") AS c4
  FROM "public"."pin_items" r
  WHERE (r."size" > $4::bigint
    AND EXISTS (SELECT 1
      FROM "public"."pin_shops" t1
      WHERE t1."id" = r."shop_id"
      AND t1."city" = $5))) q
LIMIT 100001
  $1 = 0
  $2 = "Oslo"
  $3 = 3
  $4 = 0
  $5 = "Oslo"

# { itemsConnection(where: {OR: [{size: {gt: 0}}, {name: null}]}) { groupBy(fields: [SHOP, FLAG]) { key { shop { name } flag } count { nodes } node { price { average } } } } }
SELECT r0."id" AS c0, r0."name" AS c1, r."flag" AS c2, r."#number0" AS c3, r."#number1" AS c4
FROM (SELECT *
  FROM (SELECT r."shop_id", r."flag", count(*) AS "#number0", avg(r."price") AS "#number1"
    FROM "public"."pin_items" r
    WHERE (r."size" > $1::bigint
      OR r."name" IS NULL)
    GROUP BY r."shop_id", r."flag") r
  ORDER BY r."#number0" DESC, r."shop_id", r."flag"
  LIMIT $2) r
LEFT JOIN "public"."pin_shops" r0 ON r0."id" = r."shop_id"
ORDER BY r."#number0" DESC, r."shop_id", r."flag"
  $1 = 0
  $2 = 100

# { shops { itemsConnection(first: 1, where: {name: {contains: "o"}}) { totalCount aggregate { node { size { min } } } } } }
SELECT r."id" AS c0
FROM "public"."pin_shops" r
WHERE true
ORDER BY r."id"
LIMIT $1
  $1 = 100
SELECT 0 AS part, q.ord, q.c0::text
FROM (SELECT k.ord - 1 AS ord, l.*
  FROM unnest($1::uuid[]) WITH ORDINALITY k(key, ord), LATERAL (SELECT count(*) AS c0
    FROM "public"."pin_items" r
    WHERE r."shop_id" = k.key
    AND r."name" LIKE $2) l) q
UNION ALL SELECT 1 AS part, q.ord, q.c0::text
FROM (SELECT k.ord - 1 AS ord, l.*
  FROM unnest($3::uuid[]) WITH ORDINALITY k(key, ord), LATERAL (SELECT min(r."size") AS c0
    FROM "public"."pin_items" r
    WHERE r."shop_id" = k.key
    AND r."name" LIKE $4) l) q
LIMIT 100001
  $1 = ["11111111-1111-4111-8111-111111111111","22222222-2222-4222-8222-222222222222","22222222-2222-4222-8222-222222222223"]
  $2 = "%o%"
  $3 = ["11111111-1111-4111-8111-111111111111","22222222-2222-4222-8222-222222222222","22222222-2222-4222-8222-222222222223"]
  $4 = "%o%"

# { shops( where: {city: {eq: "Oslo"}} sort: [{items: {count: DESC}}, {items: {max: {size: ASC}}}] ) { id } }
SELECT r."id" AS c0
FROM "public"."pin_shops" r
LEFT JOIN LATERAL (SELECT count(*) AS value
  FROM "public"."pin_items" t0
  WHERE t0."shop_id" = r."id") n0 ON true
LEFT JOIN LATERAL (SELECT t1."size" AS value
  FROM "public"."pin_items" t1
  WHERE t1."shop_id" = r."id"
  ORDER BY t1."size" DESC NULLS LAST
  LIMIT 1) n1 ON true
WHERE r."city" = $1
ORDER BY n0.value DESC, n1.value, r."id"
LIMIT $2
  $1 = "Oslo"
  $2 = 100

# { item(id: 1) { items(where: {name: {gt: "a"}}) { id } } }
SELECT r."id" AS c0
FROM "public"."pin_items" r
WHERE r."id" = $1::integer
  $1 = "1"
SELECT k.ord - 1 AS ord, l.*
FROM unnest($1::integer[]) WITH ORDINALITY k(key, ord), LATERAL (SELECT r."id" AS c0
  FROM "public"."pin_items" r
  WHERE r."parent_id" = k.key
  AND r."name" > $2
  ORDER BY r."id"
  LIMIT $3) l
LIMIT 100001
  $1 = ["1"]
  $2 = "a"
  $3 = 100
