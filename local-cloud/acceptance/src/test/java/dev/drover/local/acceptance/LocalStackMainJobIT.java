package dev.drover.local.acceptance;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The main job on LocalStack: {@code ./drover test --localstack}. The tag keeps it out of every
 * other run.
 *
 * <p>Written and compiled, never run by us: no machine of ours has Docker.
 */
@Tag("localstack")
@ExtendWith(LocalStackCloud.class)
class LocalStackMainJobIT extends MainJobContract {}
