import { describe, expect, it } from 'vitest';
import { messagePattern } from './message-pattern.ts';

/**
 * Messages as runtimes, drivers and brokers write them, by failure as a person would sort them: within a row they differ in values only,
 * between rows in what went wrong.
 */
const failures: Readonly<Record<string, readonly [string, ...string[]]>> = {
  'Java: null pointer': [
    'Cannot invoke "com.shop.Order.total()" because "order" is null',
    'Cannot invoke "com.shop.Customer.name()" because "this.customer" is null',
  ],
  'Java: class cast': [
    "class com.shop.OrderV1 cannot be cast to class com.shop.OrderV2 (com.shop.OrderV1 and com.shop.OrderV2 are in unnamed module of loader 'app')",
  ],
  'Java: number format': ['For input string: "12,50"', 'For input string: "n/a"', 'For input string: ""'],
  'Java: index': ['Index 7 out of bounds for length 3', 'Index 12 out of bounds for length 12'],
  'Java: date': [
    "Text '2026-13-01' could not be parsed: Invalid value for MonthOfYear (valid values 1 - 12): 13",
    "Text '2025-14-09' could not be parsed: Invalid value for MonthOfYear (valid values 1 - 12): 14",
  ],
  'Java: heap': ['Java heap space'],
  'Jackson: wrong type': [
    'Cannot deserialize value of type `int` from String "twelve": not a valid `int` value\n at [Source: (byte[])"{"orderId":"o-17","qty":"twelve"}"; line: 1, column: 24] (through reference chain: com.shop.Order["qty"])',
    'Cannot deserialize value of type `int` from String "six": not a valid `int` value\n at [Source: (byte[])"{"orderId":"o-99812","qty":"six"}"; line: 1, column: 27] (through reference chain: com.shop.Order["qty"])',
  ],
  'Jackson: unknown property': [
    'Unrecognized field "colour" (class com.shop.Order), not marked as ignorable (3 known properties: "id", "qty", "sku"])',
    'Unrecognized field "size" (class com.shop.Order), not marked as ignorable (3 known properties: "id", "qty", "sku"])',
  ],
  'Jackson: no content': [
    'No content to map due to end-of-input\n at [Source: (byte[])""; line: 1, column: 0]',
    'No content to map due to end-of-input\n at [Source: (byte[])" "; line: 1, column: 1]',
  ],
  'HTTP client: read timed out': ['Read timed out'],
  'HTTP client: connect': [
    'Connection refused: payments.internal/10.1.4.22:8443',
    'Connection refused: payments.internal/10.1.4.31:8443',
  ],
  'HTTP client: 503': [
    '503 Service Unavailable on POST request for "https://pay.example.com/v2/charges": "upstream connect error"',
    '503 Service Unavailable on POST request for "https://pay.example.com/v2/charges?retry=1": ""',
  ],
  'HTTP client: 404': [
    '404 Not Found on GET request for "https://pay.example.com/v2/charges/ch_1Nx8": "{"error":"no such charge"}"',
    '404 Not Found on GET request for "https://pay.example.com/v2/charges/ch_9Pz2": "{"error":"no such charge"}"',
  ],
  'Feign: 422': [
    'status 422 reading PaymentClient#charge(ChargeRequest): [{"code":"amount_too_small","request":"r-81723"}]',
    'status 422 reading PaymentClient#charge(ChargeRequest): [{"code":"amount_too_small","request":"r-99"}]',
  ],
  'Postgres: unique': [
    'ERROR: duplicate key value violates unique constraint "orders_pkey"\n  Detail: Key (id)=(4711) already exists.',
    'ERROR: duplicate key value violates unique constraint "orders_pkey"\n  Detail: Key (id)=(88123456) already exists.',
  ],
  'Postgres: foreign key': [
    'ERROR: insert or update on table "items" violates foreign key constraint "items_order_fk"\n  Detail: Key (order_id)=(17) is not present in table "orders".',
    'ERROR: insert or update on table "items" violates foreign key constraint "items_order_fk"\n  Detail: Key (order_id)=(18231) is not present in table "orders".',
  ],
  'Postgres: not null': [
    'ERROR: null value in column "email" of relation "customers" violates not-null constraint\n  Detail: Failing row contains (17, null, 2026-01-02 03:04:05.678+00).',
    'ERROR: null value in column "email" of relation "customers" violates not-null constraint\n  Detail: Failing row contains (9812, null, 2026-11-12 13:14:15.1+00).',
  ],
  'Postgres: deadlock': [
    'ERROR: deadlock detected\n  Detail: Process 28841 waits for ShareLock on transaction 99120; blocked by process 28790.',
    'ERROR: deadlock detected\n  Detail: Process 101 waits for ShareLock on transaction 7; blocked by process 99.',
  ],
  'Oracle: unique': [
    'ORA-00001: unique constraint (SHOP.ORDERS_PK) violated',
    'ORA-00001: unique constraint (SHOP.ORDERS_PK) violated',
  ],
  'Oracle: resource busy': ['ORA-00054: resource busy and acquire with NOWAIT specified or timeout expired'],
  'MySQL: lock wait': ['Lock wait timeout exceeded; try restarting transaction'],
  'Hikari: pool': [
    'HikariPool-1 - Connection is not available, request timed out after 30001ms (total=10, active=10, idle=0, waiting=4)',
    'HikariPool-1 - Connection is not available, request timed out after 30012ms (total=10, active=10, idle=0, waiting=19)',
  ],
  'Kafka: too large': [
    'The message is 1248131 bytes when serialized which is larger than 1048576, which is the value of the max.request.size configuration.',
    'The message is 2000017 bytes when serialized which is larger than 1048576, which is the value of the max.request.size configuration.',
  ],
  'Kafka: expired batch': [
    'Expiring 12 record(s) for orders.v1-3:120001 ms has passed since batch creation',
    'Expiring 1 record(s) for orders.v1-0:120007 ms has passed since batch creation',
  ],
  'Avro: magic byte': ['Unknown magic byte!'],
  'Avro: schema not found': [
    'Error retrieving Avro value schema for id 100212',
    'Error retrieving Avro value schema for id 3',
  ],
  'Connect: converter': ['Converting byte[] to Kafka Connect data failed due to serialization error: '],
  'Python: key': ["'customer_id'"],
  'Python: unpack': [
    'not enough values to unpack (expected 3, got 2)',
    'not enough values to unpack (expected 3, got 1)',
  ],
  'Python: int': [
    "invalid literal for int() with base 10: 'abc'",
    "invalid literal for int() with base 10: '12.5'",
  ],
  'Python: json': [
    'Expecting value: line 1 column 1 (char 0)',
    'Expecting value: line 14 column 3 (char 212)',
  ],
  'Python: json delimiter': [
    "Expecting ',' delimiter: line 1 column 18 (char 17)",
    "Expecting ',' delimiter: line 3 column 7 (char 91)",
  ],
  'Python: attribute': [
    "'NoneType' object has no attribute 'total'",
    "'NoneType' object has no attribute 'items'",
  ],
  'Python: requests': [
    "HTTPSConnectionPool(host='pay.example.com', port=443): Max retries exceeded with url: /v2/charges/ch_1 (Caused by ConnectTimeoutError(<urllib3.connection.HTTPSConnection object at 0x7f2b3c1d9e50>, 'Connection to pay.example.com timed out. (connect timeout=5)'))",
    "HTTPSConnectionPool(host='pay.example.com', port=443): Max retries exceeded with url: /v2/charges/ch_8812 (Caused by ConnectTimeoutError(<urllib3.connection.HTTPSConnection object at 0x7f99001122aa>, 'Connection to pay.example.com timed out. (connect timeout=5)'))",
  ],
  'Python: unicode': [
    "'utf-8' codec can't decode byte 0xff in position 0: invalid start byte",
    "'utf-8' codec can't decode byte 0xc3 in position 18: invalid start byte",
  ],
  'Go: json type': ['json: cannot unmarshal string into Go struct field Order.qty of type int'],
  'Go: deadline': [
    'Post "https://pay.example.com/v2/charges": context deadline exceeded (Client.Timeout exceeded while awaiting headers)',
    'Post "https://pay.example.com/v2/charges?id=88": context deadline exceeded (Client.Timeout exceeded while awaiting headers)',
  ],
  'Go: dial': [
    'dial tcp 10.2.0.17:5432: connect: connection refused',
    'dial tcp 10.2.0.18:5432: connect: connection refused',
  ],
  'Go: dial lookup': [
    'dial tcp: lookup payments.svc on 10.96.0.10:53: no such host',
    'dial tcp: lookup payments.svc on 10.96.0.11:53: no such host',
  ],
  'Go: nil': [
    'runtime error: invalid memory address or nil pointer dereference [signal SIGSEGV: segmentation violation code=0x1 addr=0x18 pc=0x4a8f21]',
    'runtime error: invalid memory address or nil pointer dereference [signal SIGSEGV: segmentation violation code=0x1 addr=0x0 pc=0x5b0c11]',
  ],
  'Go: index': [
    'runtime error: index out of range [5] with length 3',
    'runtime error: index out of range [12] with length 0',
  ],
  'gRPC: unavailable': [
    'rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing: dial tcp 10.0.0.7:9000: connect: connection refused"',
    'rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing: dial tcp 10.0.0.9:9000: connect: connection refused"',
  ],
  'gRPC: invalid': ['rpc error: code = InvalidArgument desc = "amount must be positive"'],
  '.NET: null argument': [
    "Value cannot be null. (Parameter 'order')",
    "Value cannot be null. (Parameter 'customer')",
  ],
  '.NET: sequence': ['Sequence contains no elements'],
  '.NET: json': [
    'The JSON value could not be converted to System.Int32. Path: $.qty | LineNumber: 0 | BytePositionInLine: 21.',
    'The JSON value could not be converted to System.Int32. Path: $.qty | LineNumber: 3 | BytePositionInLine: 9.',
  ],
  '.NET: key': [
    "The given key 'o-17' was not present in the dictionary.",
    "The given key 'o-98123' was not present in the dictionary.",
  ],
  '.NET: timeout': [
    'The request was canceled due to the configured HttpClient.Timeout of 100 seconds elapsing.',
    'The request was canceled due to the configured HttpClient.Timeout of 30 seconds elapsing.',
  ],
  '.NET: SQL timeout': [
    'Execution Timeout Expired.  The timeout period elapsed prior to completion of the operation or the server is not responding.',
  ],
  '.NET: EF concurrency': [
    'The database operation was expected to affect 1 row(s), but actually affected 0 row(s); data may have been modified or deleted since entities were loaded.',
  ],
  'Node: undefined': [
    "Cannot read properties of undefined (reading 'total')",
    "Cannot read properties of undefined (reading 'items')",
  ],
  'Node: json': [
    'Unexpected token \'h\', "hello" is not valid JSON',
    'Unexpected token \'<\', "<html>" is not valid JSON',
  ],
  'Node: json end': ['Unexpected end of JSON input'],
  'Node: refused': [
    'connect ECONNREFUSED 10.0.0.12:5432',
    'connect ECONNREFUSED 10.0.0.13:5432',
    'connect ECONNREFUSED ::1:5432',
  ],
  'Node: reset': ['read ECONNRESET'],
  'Node: DNS': ['getaddrinfo ENOTFOUND payments.internal'],
  'Node: axios': ['Request failed with status code 503', 'Request failed with status code 503'],
  'Node: axios client': ['Request failed with status code 400'],
  'Node: heap': ['timeout of 5000ms exceeded', 'timeout of 10000ms exceeded'],
  'Rust: unwrap': ['called `Option::unwrap()` on a `None` value'],
  'Rust: result': ['called `Result::unwrap()` on an `Err` value: ParseIntError { kind: InvalidDigit }'],
  'Rust: serde missing': [
    'missing field `qty` at line 1 column 17',
    'missing field `qty` at line 4 column 2',
  ],
  'Rust: serde type': [
    'invalid type: string "twelve", expected i32 at line 1 column 24',
    'invalid type: string "six", expected i32 at line 9 column 2',
  ],
  'Rust: reqwest': [
    'error sending request for url (https://pay.example.com/v2/charges): operation timed out',
    'error sending request for url (https://pay.example.com/v2/charges/17): operation timed out',
  ],
  'shop: out of stock': ['SKU-1842 is out of stock in warehouse 7', 'SKU-99 is out of stock in warehouse 12'],
  'shop: declined': [
    'Card ending 4242 declined by issuer (decline code 51, request req_8Ny2kd9)',
    'Card ending 1881 declined by issuer (decline code 05, request req_0aZZ81)',
  ],
  'shop: tenant': [
    'tenant acme-eu-1: order 00f3c2a19b (2 items, 49.90 EUR) exceeds credit of 20.00 EUR',
    'tenant globex-us-2: order 77aa00ffee (11 items, 1,249.00 EUR) exceeds credit of 900.00 EUR',
  ],
};

describe('real-world messages group as a person would', () => {
  const all = Object.entries(failures);
  it.each(all)('%s', (_name, variants) => {
    expect(new Set(variants.map(messagePattern)).size, variants.map(messagePattern).join('\n')).toBe(1);
  });

  it('no two failures run into one', () => {
    const byPattern = Map.groupBy(all, ([, [first]]) => messagePattern(first));
    const merged = [...byPattern].filter(([, rows]) => rows.length > 1);
    expect(merged.map(([pattern, rows]) => [pattern, rows.map(([name]) => name)])).toEqual([]);
    expect(Object.values(failures).flat().length).toBeGreaterThanOrEqual(60);
  });

  it('ten thousand messages that differ only in variables are one group', () => {
    const hex = (n: number) => (n * 2654435761).toString(16).padStart(12, '0').slice(-12);
    const messages = Array.from(
      { length: 10_000 },
      (_, n) =>
        `Charge ch_${hex(n)} of order ${n} for "customer ${n % 977}" (${(n / 7).toFixed(2)} EUR, 2026-0${1 + (n % 9)}-1${n % 10}T0${n % 10}:00:0${n % 10}Z) ` +
        `answered 504 by https://pay.example.com/v2/charges/${n}?trace=${hex(n * 31)} after ${n % 30_000} ms from 10.${n % 256}.0.${n % 251}:443`,
    );
    expect(new Set(messages).size).toBe(10_000);
    expect(new Set(messages.map(messagePattern)).size).toBe(1);
  });
});
