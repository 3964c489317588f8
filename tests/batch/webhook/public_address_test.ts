// Proves which addresses a webhook may have.
import assert from "node:assert/strict";
import { isPublicAddress } from "../../../shared/batch/webhook/public_address.ts";
import { faultOfTarget, publicAddressesOf } from "../../../shared/batch/webhook/webhook_target.ts";

Deno.test("isPublicAddress() refuses private, loopback, link-local, shared and reserved addresses", () => {
  const inside = [
    ...["0.0.0.0", "10.1.2.3", "100.64.0.1", "100.100.100.200", "100.127.255.255", "127.0.0.1"],
    ...["127.255.255.254", "168.63.129.16", "169.254.169.254", "172.16.0.1", "172.31.255.255"],
    ...["192.0.0.8", "192.0.2.1", "192.168.0.1", "198.18.0.1", "198.19.255.255", "203.0.113.9"],
    ...["224.0.0.1", "239.1.1.1", "240.0.0.1", "255.255.255.255"],
    ...["::", "::1", "::ffff:8.8.8.8", "::ffff:7f00:1", "::8.8.8.8", "64:ff9b::808:808", "fe80::1"],
    ...["fc00::1", "fd00:ec2::254", "fec0::1", "ff02::1", "100::1", "2001::1", "2001:db8::1"],
    ...["2001:10::1", "2002:7f00:1::", "3fff:123::1", "4000::1"],
  ];
  for (const address of inside) assert.equal(isPublicAddress(address), false, address);
});

Deno.test("isPublicAddress() accepts addresses of the public internet", () => {
  const outside = [
    ...["1.1.1.1", "8.8.8.8", "100.63.255.255", "100.128.0.1", "126.255.255.255", "128.0.0.1"],
    ...["168.63.129.17", "169.253.1.1", "172.15.255.255", "172.32.0.1", "192.0.1.1", "192.167.1.1"],
    ...["198.17.1.1", "198.20.0.1", "223.255.255.255"],
    ...["2606:4700:4700::1111", "2a00:1450:4001:82b::200e", "2001:4860:4860::8888", "3ffe::1"],
  ];
  for (const address of outside) assert.equal(isPublicAddress(address), true, address);
});

Deno.test("isPublicAddress() refuses text that is not an address", () => {
  for (
    const text of [
      "",
      "a.b",
      "1.2.3",
      "256.1.1.1",
      "1:2",
      ":::",
      "1::2::3",
      "::1%eth0",
      "1:2:3:4:5:6:7:8:9",
    ]
  ) {
    assert.equal(isPublicAddress(text), false, text);
  }
});

Deno.test("a webhook's URL must be public, https, and without a password, in every notation", () => {
  const wrong = {
    "an https address": [
      "",
      "hooks",
      "http://hooks.example.com/",
      "ftp://a.example/",
      "file:///etc/passwd",
    ],
    "an address without a user and a password": [
      "https://a:b@hooks.example.com/",
      "https://a@b.example/",
    ],
    "a public address": [
      ...[
        "https://localhost/",
        "https://LOCALHOST:8443/",
        "https://a.localhost/",
        "https://db.internal/",
      ],
      ...[
        "https://printer.local./",
        "https://intranet/",
        "https://127.0.0.1/",
        "https://2130706433/",
      ],
      ...[
        "https://0x7f.1/",
        "https://0177.0.0.1/",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
      ],
      ...[
        "https://169.254.169.254/latest/meta-data",
        "https://[fd00:ec2::254]/",
        "https://127.1./",
      ],
    ],
  };
  for (const [expected, urls] of Object.entries(wrong)) {
    for (const url of urls) assert.equal(faultOfTarget(url, false), expected, url);
  }
  for (
    const url of [
      "https://hooks.example.com/a?b=c",
      "https://8.8.8.8:8443/",
      "https://[2606:4700::1]/",
    ]
  ) {
    assert.equal(faultOfTarget(url, false), null, url);
  }
});

Deno.test("in development a webhook's URL may be private, but must be HTTP", () => {
  assert.equal(faultOfTarget("http://127.0.0.1:8000/", true), null);
  assert.equal(faultOfTarget("file:///etc/passwd", true), "an http or https address");
});

Deno.test("a name with a private address among its addresses is refused", async () => {
  const url = new URL("https://hooks.example.com/");
  const resolving = (...addresses: string[]) =>
    publicAddressesOf(url, () => Promise.resolve(addresses));
  const addresses = ["8.8.8.8", "2606:4700::1"];
  assert.deepEqual(await resolving(...addresses), addresses);
  await assert.rejects(resolving("8.8.8.8", "10.0.0.1"), /private address/);
  await assert.rejects(resolving("::1"), /private address/);
  await assert.rejects(resolving(), /does not resolve/);
});

Deno.test("an IP address is not resolved, and a host without a resolver gives no addresses", async () => {
  const never = () => Promise.reject(new Error("asked"));
  const of = (url: string) => publicAddressesOf(new URL(url), never);
  assert.deepEqual(await of("https://8.8.8.8/"), ["8.8.8.8"]);
  assert.deepEqual(await of("https://[2606:4700::1]/"), ["2606:4700::1"]);
  const url = new URL("https://hooks.example.com/");
  assert.equal(await publicAddressesOf(url, () => Promise.resolve(null)), null);
});
