package dev.drover.functions.api;

import org.jspecify.annotations.Nullable;

/**
 * Who calls.
 *
 * @param arn of the user or role session
 * @param requestToken equal over the retries of one call, where the client sends one (CLI 2.9 does
 *     not); null: a repetition cannot be told from a new call
 */
public record Caller(String arn, @Nullable String requestToken) {}
