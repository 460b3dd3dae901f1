"""Words of ``registers`` and ``branches``: none are meant to be those of other families."""

from benchmarks.customers.draw import lists

FOUNDERS = lists("""
Abbott Ackerman Aldridge Ashby Barclay Barlow Beckett Bellamy Birch Blackwood Bouchard Bradshaw Brennan Callahan
Carmichael Castellano Chandler Corbett Crawford Dalton Delacroix Donovan Drummond Eastman Ellsworth Fairbanks Falkner
Ferraro Fitzgerald Gallagher Garrison Giordano Goldstein Granger Hadley Halvorsen Hargrove Hawthorne Hendricks
Holloway Iverson Jansen Kaminski Kavanagh Kessler Kowalski Lachance Lambert Langley Larkin Lombardi Lundgren MacLeod
Maddox Marchetti McAllister Mendoza Merriweather Montague Nakamura Nickerson Novak Okafor Olmstead Ostrowski Patel
Pemberton Pickering Prescott Quigley Ramsey Redmond Rosetti Rutledge Sandoval Schroeder Sinclair Sorensen Stafford
Sutherland Takahashi Thackeray Thornton Underhill Vandenberg Vasquez Wakefield Weatherby Whitaker Winslow Yamamoto
Zimmerman
""")
TOWNS = lists("""
Albany Akron Boise Burlington Calgary Camden Dayton Duluth Edmonton Eugene Fargo Fresno Geelong Halifax Hamilton
Hobart Juneau Kingston Lansing Laredo Madison Mobile Newark Ottawa Peoria Perth Quebec Raleigh Reno Regina Salem
Savannah Spokane Tacoma Toledo Topeka Tulsa Utica Vernon Waco Winnipeg Yonkers Adelaide Brisbane Cairns Darwin
Springfield Riverside Franklin Clinton Georgetown Fairview Greenville Bristol Lebanon Manchester Ashland Oakville
Groningen Utrecht Eindhoven Torino Bologna Parma Verona Lugano Bergen Aarhus Malmo Turku Gdansk Brno Leuven Gent
""")
WORKS = lists("""
Works Supply Partners Consulting Manufacturing Industries Services Technologies Engineering Associates Brothers
Capital Logistics Laboratories Systems Trading Holdings Builders Designs Solutions Ventures Distributors Contractors
International Group Press Mills Foundry Creamery Brewing
""")
GOODS = lists("""
Steel Timber Paper Marine Optical Electric Plumbing Dental Medical Textile Chemical Plastics Aviation Seafood Dairy
Coffee Furniture Flooring Roofing Glass Packaging Printing Software Data Solar Wind Tire Auto Truck Farm Garden Pet
Sports Music Travel Insurance Realty Security Cleaning Staffing Fashion Jewelry Toy Book
""")
FIELDS = lists("""
Aging Astronomy Biodiversity Blind_Veterans Border_Security Child_Welfare Clean_Air Coastal_Protection
Consumer_Affairs Crop_Science Dairy_Farmers Digital_Rights Drug_Control Early_Learning Ethics_in_Medicine Fair_Housing
Fire_Prevention Food_Safety Genetics Heart_Disease Historic_Buildings Immigration Inland_Waterways Juvenile_Justice
Labor_Relations Language_Teaching Land_Use Materials_Testing Mental_Health Migratory_Birds Mining_Safety
Model_Railways Natural_History Oral_History Organ_Transplants Patents Peace_Studies Postal_Workers Radio_Amateurs
Road_Safety Rural_Development Sleep_Medicine Soil_Conservation Stroke_Research Tropical_Medicine Urban_Planning
Veterans_Affairs Water_Polo Wildlife Youth_Employment
""")
BODIES = lists("""
University College Institute Center Association Council Committee Board Department Ministry Museum Library Hospital
Society League Trust Fund Chamber_of_Commerce National_Laboratory Authority Commission Academy Bureau Federation
Port_Authority Public_Schools Diocese Archives
""")
ROOTS = lists("""
Ver Quan Syn Cor Axi Nova Tele Opti Max Den Tri Vita Omni Gen Lex Pro Alt Zy Mon Ter Ax Bio Cy Dyn Evo Flex Gly Hy Ino
Ki Lu Mag Ny Oxy Pix Rex Sol Tek Uni Vox Wex Xy Yel Zen
""")
STREETS = lists("""
Main_Street Elm_Street 1st_Avenue 2nd_Avenue 5th_Street Washington_Blvd Lincoln_Highway Jefferson_Ave Lake_Shore_Drive
Sunset_Blvd Commerce_Parkway Industrial_Way Airport_Road University_Ave Pioneer_Square Canal_Street Front_Street
Market_Street Harbor_Drive Mission_Street Valley_View_Road Ridge_Road Cypress_Lane Peachtree_Street Dundas_Street
King_Street_West Queen_Street_East Bay_Street Yonge_Street Pacific_Highway Oxford_Street Collins_Street
Prospect_Avenue Locust_Street Walnut_Street Spruce_Street Division_Street Railroad_Avenue College_Avenue Center_Street
Herengracht Keizersgracht Stationsplein Via_Roma Via_Garibaldi Corso_Italia Storgatan Nygade Hlavni_Trida Grote_Markt
""")
# Country, its code, its domain, and which forms it has.
LANDS = (
    ("United States", "US", "com", "us"), ("USA", "US", "us", "us"), ("Canada", "CA", "ca", "us"),
    ("Australia", "AU", "com.au", "au"), ("Netherlands", "NL", "nl", "nl"), ("Italy", "IT", "it", "it"),
    ("Sweden", "SE", "se", "se"),
)  # fmt: skip
# What stands between bars is the same form.
FORMS = {
    "us": ("Inc|Inc.|Incorporated", "LLC|L.L.C.", "Corp|Corp.|Corporation", "Co|Company", "Ltd|Limited", "LP|L.P."),
    "au": ("Pty Ltd|Pty. Limited|Proprietary Limited", "Ltd|Limited"),
    "nl": ("B.V.|BV|Besloten Vennootschap", "N.V.|NV"),
    "it": ("S.p.A.|SpA|Societa per azioni", "S.r.l.|Srl"),
    "se": ("AB|Aktiebolag",),
}
