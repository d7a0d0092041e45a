/**
 * The local cloud: starts MiniStack, the EBS and EC2 simulator and a connector on this machine,
 * deploys the real CDK app to them, and takes everything down again.
 */
@NullMarked
package dev.drover.local.launcher;

import org.jspecify.annotations.NullMarked;
