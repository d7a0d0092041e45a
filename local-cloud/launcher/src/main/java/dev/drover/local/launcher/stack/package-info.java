/**
 * Drover on a local cloud: deployed by the real CDK CLI, reached by the real client, with
 * connectors beside it.
 */
@NullMarked
package dev.drover.local.launcher.stack;

import org.jspecify.annotations.NullMarked;
