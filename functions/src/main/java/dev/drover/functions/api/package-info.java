/**
 * A JSON 1.1 API over one {@code POST /}: X-Amz-Target, codec, errors and pages. It knows no
 * service: each brings its operations by name.
 */
@NullMarked
package dev.drover.functions.api;

import org.jspecify.annotations.NullMarked;
