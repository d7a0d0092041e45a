/**
 * The table. Each kind of item has a record and a gateway, which alone reads and writes it and has
 * the transitions that the kind allows. One that happens alone tells whether it did; one that
 * happens together with others is a {@link dev.drover.functions.state.Write} for a {@link
 * dev.drover.functions.state.Transaction}. No key, no attribute and nothing of DynamoDB's is seen
 * outside.
 */
@NullMarked
package dev.drover.functions.state;

import org.jspecify.annotations.NullMarked;
