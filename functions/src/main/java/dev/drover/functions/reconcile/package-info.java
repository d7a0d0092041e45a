/**
 * What nobody else has seen to: the sweep of what runs left, and the audit: what exists of ours,
 * minus what a living job, a kept AMI or a base reaches.
 */
@NullMarked
package dev.drover.functions.reconcile;

import org.jspecify.annotations.NullMarked;
