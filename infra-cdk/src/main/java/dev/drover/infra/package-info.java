/** The CDK app: one stack, one construct per feature, and the permissions beside their use. */
@NullMarked
package dev.drover.infra;

import org.jspecify.annotations.NullMarked;
