/**
 * The API of AWS Server Migration Service, version 2016-10-24, in the shapes of its last public
 * SDK.
 *
 * <p>A resource (connectors, servers, jobs, runs) has a class of operations that decides and brings
 * them by name, and a view of its records; {@link dev.drover.functions.api.sms.SmsService} gathers
 * them.
 */
@NullMarked
package dev.drover.functions.api.sms;

import org.jspecify.annotations.NullMarked;
