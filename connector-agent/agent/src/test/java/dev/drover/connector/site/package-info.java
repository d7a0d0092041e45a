/**
 * A site and its cloud for tests: a folder of images on one side, a bucket in memory on the other.
 */
@NullMarked
package dev.drover.connector.site;

import org.jspecify.annotations.NullMarked;
