/**
 * What a user would see, on a whole local cloud: the real CDK CLI has deployed it, the real Lambda
 * runtime runs the functions, a connector process reads real files.
 */
@NullMarked
package dev.drover.local.acceptance;

import org.jspecify.annotations.NullMarked;
