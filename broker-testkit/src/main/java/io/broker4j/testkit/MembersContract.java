package io.broker4j.testkit;

import org.junit.jupiter.api.BeforeEach;

/** Tests of groups: skipped on a medium that knows none. */
abstract class MembersContract extends ContractGroup {
    @BeforeEach
    void needsGroups() {
        assumeGroups();
    }
}
