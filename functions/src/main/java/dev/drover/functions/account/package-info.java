/**
 * The ports on our AWS account: what Drover asks of S3, SQS, EBS, EC2 and the others, in its own
 * words.
 *
 * <p>Every port fails in the same two ways, and a caller needs to know no other. What passes by
 * itself (throttling, a 5xx, a lost connection) is a {@link
 * dev.drover.functions.account.TransientException}; what does not is a {@link
 * dev.drover.functions.account.RefusedException}. That holds also for what is read later: the pages
 * of a listing, the body of an object. What may well happen is neither, but a value or an exception
 * that the port names.
 */
@NullMarked
package dev.drover.functions.account;

import org.jspecify.annotations.NullMarked;
