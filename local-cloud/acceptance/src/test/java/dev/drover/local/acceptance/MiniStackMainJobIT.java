package dev.drover.local.acceptance;

import org.junit.jupiter.api.extension.ExtendWith;

/** The main job on the cloud that needs no Docker. */
@ExtendWith(SharedCloud.class)
class MiniStackMainJobIT extends MainJobContract {}
