/**
 * The ports on our AWS account: what Drover asks of S3, SQS, EBS, EC2 and the others, in its own
 * words. What passes by itself is a {@link dev.drover.functions.account.TransientException}.
 */
@NullMarked
package dev.drover.functions.account;

import org.jspecify.annotations.NullMarked;
