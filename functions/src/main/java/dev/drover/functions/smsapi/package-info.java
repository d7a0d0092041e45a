/**
 * The API of AWS Server Migration Service, version 2016-10-24: JSON 1.1 over one {@code POST /}.
 *
 * <p>{@link dev.drover.functions.smsapi.SmsApi} dispatches, one class per operation decides, {@link
 * dev.drover.functions.smsapi.ModelCodec} reads and writes the shapes of the last public SDK.
 */
@NullMarked
package dev.drover.functions.smsapi;

import org.jspecify.annotations.NullMarked;
