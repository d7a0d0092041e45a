/** The connector's one configuration file, read strictly. */
@NullMarked
package dev.drover.connector.config;

import org.jspecify.annotations.NullMarked;
