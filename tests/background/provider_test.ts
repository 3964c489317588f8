// Proves that the name of the cutout service is API4.ai only at API4.ai's own addresses, or if the settings say so.
import assert from "node:assert/strict";
import { providerAt } from "../../shared/background/provider.ts";

const API4AI = { provider: "api4ai", name: "API4.ai" };
const OTHER = { provider: "cutout_server", name: "The cutout server" };

Deno.test("at the addresses of API4.ai and RapidAPI the provider is api4ai", () => {
  for (
    const url of [
      "https://api4ai.cloud/img-bg-removal/v1/cars/results",
      "https://demo.api4ai.cloud/img-bg-removal/v1/cars/results",
      "https://cars-image-background-removal.p.rapidapi.com/v1/results",
    ]
  ) {
    assert.deepEqual(providerAt(url), API4AI, url);
  }
});

Deno.test("at any other address the provider is not api4ai", () => {
  for (
    const url of [
      "http://127.0.0.1:8010/img-bg-removal/v1/cars/results",
      "https://cutouts.example.com/img-bg-removal/v1/cars/results",
      "https://api4ai.cloud.example.com/results",
      "https://notapi4ai.cloud/results",
      "https://example.com/api4ai.cloud/results",
    ]
  ) {
    assert.deepEqual(providerAt(url), OTHER, url);
  }
});

Deno.test("API4AI_PROVIDER names the service at any address", () => {
  const proxy = "https://proxy.example.com/results";
  assert.deepEqual(providerAt(proxy, "api4ai"), API4AI);
  assert.deepEqual(providerAt(proxy, "simulator"), {
    provider: "simulator",
    name: "The API4.ai simulator",
  });
  assert.deepEqual(providerAt("https://api4ai.cloud/results", "isnet"), {
    provider: "isnet",
    name: "The cutout service isnet",
  });
});
