/** Adapters between the connector's ports and the AWS SDK. */
@NullMarked
package dev.drover.connector.aws;

import org.jspecify.annotations.NullMarked;
