/**
 * Room for the sweep and the audit: what we own, minus what a living job, a kept AMI or a base
 * reaches. Nothing is here yet; each run still cleans up after itself.
 */
@NullMarked
package dev.drover.functions.reconcile;

import org.jspecify.annotations.NullMarked;
