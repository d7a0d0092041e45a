/**
 * What nobody else has seen to: the sweep of what runs left. Room for the audit: what we own, minus
 * what a living job, a kept AMI or a base reaches.
 */
@NullMarked
package dev.drover.functions.reconcile;

import org.jspecify.annotations.NullMarked;
