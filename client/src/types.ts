import type { components } from "./contract.ts";

/** The types of the function's interface, made from what the function itself checks requests with. */
type Schemas = components["schemas"];

/** What is to be made of a photo; every option has a default. */
export type PhotoOptions = Schemas["PhotoOptions"];

/** The function's answer to a photo that was processed. */
export type PhotoReply = Schemas["PhotoReply"];

/** The function's answer to a request that failed. */
export type ErrorReply = Schemas["ErrorReply"];

/** A documented error code of the function. */
export type ErrorCode = Schemas["ErrorCode"];

/** The code of a note on a photo that was processed otherwise than asked. */
export type WarningCode = Schemas["WarningCode"];

/** The function's answer to a batch that was made. */
export type BatchCreated = Schemas["BatchCreated"];

/** How a batch stands. */
export type Batch = Schemas["Batch"];

/** A photo of a batch: where it lies, and what to make of it. */
export type BatchItem = Schemas["BatchRequest"]["items"][number];

/** A photo in Storage. */
export type StoragePath = Schemas["StoragePath"];

/** One of the pictures that are made of a photo. */
export type Variant = keyof NonNullable<PhotoReply["storage_urls"]>;
