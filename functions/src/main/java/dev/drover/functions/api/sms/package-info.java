/**
 * The API of AWS Server Migration Service, version 2016-10-24.
 *
 * <p>{@link dev.drover.functions.api.sms.SmsApi} dispatches, one class per resource decides, {@link
 * dev.drover.functions.api.ModelCodec} reads and writes the shapes of the last public SDK.
 */
@NullMarked
package dev.drover.functions.api.sms;

import org.jspecify.annotations.NullMarked;
