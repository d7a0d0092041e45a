/** Small YAML files that people write, read strictly: settings, and what a source is told. */
@NullMarked
package dev.drover.connector.yaml;

import org.jspecify.annotations.NullMarked;
