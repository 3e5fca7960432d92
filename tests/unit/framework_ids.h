// The identifiers that each framework has, to check the mappings of the built-in questionnaire against. Identifiers
// only: the text of the CIS Controls may not be adapted.
#pragma once

#include <map>
#include <string>

namespace fieldseal::tests {

/// Framework id of the baseline to its items, separated and enclosed by spaces.
inline const std::map<std::string, std::string> framework_items = {
    {"nist_csf_2_0",
     " GV.OC-01 GV.OC-02 GV.OC-03 GV.OC-04 GV.OC-05 GV.RM-01 GV.RM-02 GV.RM-03 GV.RM-04 GV.RM-05 GV.RM-06 GV.RM-07 "
     "GV.RR-01 GV.RR-02"
     " GV.RR-03 GV.RR-04 GV.PO-01 GV.PO-02 GV.OV-01 GV.OV-02 GV.OV-03 GV.SC-01 GV.SC-02 GV.SC-03 GV.SC-04 GV.SC-05 "
     "GV.SC-06 GV.SC-07"
     " GV.SC-08 GV.SC-09 GV.SC-10 ID.AM-01 ID.AM-02 ID.AM-03 ID.AM-04 ID.AM-05 ID.AM-07 ID.AM-08 ID.RA-01 ID.RA-02 "
     "ID.RA-03 ID.RA-04"
     " ID.RA-05 ID.RA-06 ID.RA-07 ID.RA-08 ID.RA-09 ID.RA-10 ID.IM-01 ID.IM-02 ID.IM-03 ID.IM-04 PR.AA-01 PR.AA-02 "
     "PR.AA-03 PR.AA-04"
     " PR.AA-05 PR.AA-06 PR.AT-01 PR.AT-02 PR.DS-01 PR.DS-02 PR.DS-10 PR.DS-11 PR.PS-01 PR.PS-02 PR.PS-03 PR.PS-04 "
     "PR.PS-05 PR.PS-06"
     " PR.IR-01 PR.IR-02 PR.IR-03 PR.IR-04 DE.CM-01 DE.CM-02 DE.CM-03 DE.CM-06 DE.CM-09 DE.AE-02 DE.AE-03 DE.AE-04 "
     "DE.AE-06 DE.AE-07"
     " DE.AE-08 RS.MA-01 RS.MA-02 RS.MA-03 RS.MA-04 RS.MA-05 RS.AN-03 RS.AN-06 RS.AN-07 RS.AN-08 RS.CO-02 RS.CO-03 "
     "RS.MI-01 RS.MI-02"
     " RC.RP-01 RC.RP-02 RC.RP-03 RC.RP-04 RC.RP-05 RC.RP-06 RC.CO-03 RC.CO-04"
     " "},
    {"cisa_cpg_2_0",
     " 1.A 1.B 1.C 1.D 1.E 2.A 2.B 2.C 2.D 2.E 3.A 3.B 3.C 3.D 3.E 3.F 3.G 3.H 3.I 3.J 3.K 3.L 3.M 3.N 3.O 3.P 3.Q 3.R "
     "3.S 4.A 4.B 5.A"
     " 5.B 6.A"
     " "},
    {"cis_v8_ig1",
     " 1.1 1.2 2.1 2.2 2.3 3.1 3.2 3.3 3.4 3.5 3.6 4.1 4.2 4.3 4.4 4.5 4.6 4.7 5.1 5.2 5.3 5.4 6.1 6.2 6.3 6.4 6.5 7.1 "
     "7.2 7.3 7.4 8.1"
     " 8.2 8.3 9.1 9.2 10.1 10.2 10.3 11.1 11.2 11.3 11.4 12.1 14.1 14.2 14.3 14.4 14.5 14.6 14.7 14.8 15.1 17.1 17.2 "
     "17.3"
     " "},
    {"nis2_21_2",
     " a b c d e f g h i j"
     " "},
};

}  // namespace fieldseal::tests
