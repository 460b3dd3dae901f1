"""Words of ``chinese_firms``: syllables of brands, trades in two languages, towns, look-alike characters."""

from benchmarks.customers.draw import lists


def _pairs(text: str) -> tuple[tuple[str, str], ...]:
    """Characters and the Latin letters behind them."""
    found = []
    for word in lists(text):
        at = next(position for position, one in enumerate(word) if one.isascii())
        found.append((word[:at], word[at:].lstrip("=")))
    return tuple(found)


SYLLABLES = _pairs("""
华hua 信xin 恒heng 达da 鑫xin 源yuan 天tian 成cheng 博bo 远yuan 中zhong 瑞rui 宏hong 图tu 金jin 鼎ding 汇hui 通tong
东dong 方fang 万wan 和he 佳jia 禾he 丰feng 启qi 明ming 安an 泰tai 立li 盛sheng 世shi 众zhong 合he 诚cheng 科ke
创chuang 新xin 联lian 德de 永yong 兴xing 隆long 昌chang 顺shun 利li 宝bao 龙long 凯kai 润run 康kang 旭xu 辉hui
腾teng 飞fei 海hai 洋yang 江jiang 山shan 星xing 辰chen 亿yi 百bai 嘉jia 美mei 乐le 福fu 祥xiang 吉ji 庆qing 春chun
秋qiu 景jing 云yun 智zhi 慧hui 高gao 峰feng 正zheng 光guang 力li 强qiang 伟wei 业ye 建jian 国guo 富fu 贵gui 荣rong
卓zhuo 越yue 优you 品pin 尚shang 艺yi 雅ya 逸yi 锦jin 绣xiu 鸿hong 运yun 耀yao 坤kun 乾qian 元yuan 亨heng 尔er 思si
迪di 诺nuo 维wei 克ke 森sen 蓝lan 青qing 林lin 木mu 田tian 双shuang 三san 一yi 九jiu 麦mai 谷gu 禹yu 舜shun 楚chu
浩hao 宇yu 翔xiang 骏jun 骐qi 凌ling 锐rui 精jing 拓tuo 佑you 弘hong 铭ming 晟sheng 晨chen 皓hao 欣xin 亚ya 航hang
""")
GOODS = _pairs("""
机械=Machinery 电子=Electronics 食品=Food 建材=Building_Materials 化工=Chemical 服饰=Garments
医疗器械=Medical_Instruments 五金=Hardware 塑料=Plastics 包装=Packaging 印刷=Printing 纺织=Textile 家具=Furniture
玩具=Toys 照明=Lighting 汽车配件=Auto_Parts 农业=Agriculture 茶叶=Tea 酒业=Wine 生物=Biotech 环保=Environmental
能源=Energy 电气=Electric 自动化=Automation 信息=Information 网络=Network 软件=Software 通信=Communication
物流=Logistics 仓储=Warehousing 广告=Advertising 文化=Culture 教育=Education 旅游=Travel 餐饮=Catering
装饰=Decoration 园林=Landscape 物业=Property 人力资源=Human_Resources 供应链=Supply_Chain 模具=Mould 橡胶=Rubber
陶瓷=Ceramics 玻璃=Glass 钢铁=Steel 金属=Metal 光电=Photoelectric 仪器=Instruments 阀门=Valve 轴承=Bearing
电缆=Cable 水泵=Pump 家电=Appliances 日用品=Daily_Goods
""")
KINDS = _pairs("""
贸易=Trading 贸易=Trade 科技=Technology 科技=Tech 商贸=Trading 设备=Equipment 实业=Industrial 制造=Manufacturing
工程=Engineering 技术=Technology 服务=Services 进出口=Import_&_Export 制品=Products 材料=Materials 发展=Development
管理=Management 咨询=Consulting 国际贸易=International_Trade
""")
RETAIL = _pairs("""
大药房=Pharmacy 超市=Supermarket 便利店=Convenience 眼镜=Optical 火锅=Hotpot 快捷酒店=Express_Hotel 健身=Fitness
口腔=Dental 母婴=Baby_Care 烘焙=Bakery 宠物医院=Pet_Hospital 茶饮=Tea_Drinks 汽车服务=Auto_Service 家居=Home
美容=Beauty 文具=Stationery 电器=Electrical 影城=Cinema 生鲜=Fresh_Food 培训=Training
""")
MALLS = lists(
    "万盛广场 银泰城 大洋百货 火车站 大学城 汽车站 会展中心 步行街 新天地 体育馆 人民广场 北站 南门 西湖 高铁站 欧亚"
)

TOWNS = tuple(
    tuple(word.split("/"))
    for word in lists("""
上海/上海市/Shanghai/021/浦东新区,徐汇区,闵行区,松江区,嘉定区 北京/北京市/Beijing/010/朝阳区,海淀区,丰台区,大兴区
天津/天津市/Tianjin/022/和平区,南开区,西青区 重庆/重庆市/Chongqing/023/渝中区,江北区,九龙坡区,渝北区
广州/广东省/Guangzhou/020/天河区,越秀区,白云区,番禺区 深圳/广东省/Shenzhen/0755/福田区,南山区,宝安区,龙岗区
东莞/广东省/Dongguan/0769/长安镇,虎门镇,南城街道 佛山/广东省/Foshan/0757/禅城区,南海区,顺德区
中山/广东省/Zhongshan/0760/小榄镇,古镇镇,石岐街道 成都/四川省/Chengdu/028/武侯区,锦江区,金牛区,双流区
杭州/浙江省/Hangzhou/0571/西湖区,滨江区,余杭区,萧山区 宁波/浙江省/Ningbo/0574/海曙区,鄞州区,北仑区
温州/浙江省/Wenzhou/0577/鹿城区,龙湾区,瓯海区 金华/浙江省/Jinhua/0579/婺城区,金东区
台州/浙江省/Taizhou/0576/椒江区,路桥区 苏州/江苏省/Suzhou/0512/姑苏区,吴中区,相城区
南京/江苏省/Nanjing/025/玄武区,鼓楼区,江宁区 无锡/江苏省/Wuxi/0510/梁溪区,滨湖区,锡山区
常州/江苏省/Changzhou/0519/天宁区,武进区,新北区 徐州/江苏省/Xuzhou/0516/云龙区,泉山区
武汉/湖北省/Wuhan/027/武昌区,江汉区,洪山区 长沙/湖南省/Changsha/0731/岳麓区,芙蓉区,雨花区
郑州/河南省/Zhengzhou/0371/金水区,中原区,二七区 西安/陕西省/Xi'an/029/雁塔区,碑林区,未央区
济南/山东省/Jinan/0531/历下区,历城区,槐荫区 青岛/山东省/Qingdao/0532/市南区,李沧区,城阳区
潍坊/山东省/Weifang/0536/奎文区,潍城区 沈阳/辽宁省/Shenyang/024/和平区,沈河区,铁西区
大连/辽宁省/Dalian/0411/中山区,甘井子区,金州区 哈尔滨/黑龙江省/Harbin/0451/南岗区,道里区
长春/吉林省/Changchun/0431/朝阳区,南关区 石家庄/河北省/Shijiazhuang/0311/长安区,裕华区
合肥/安徽省/Hefei/0551/蜀山区,包河区 福州/福建省/Fuzhou/0591/鼓楼区,仓山区
厦门/福建省/Xiamen/0592/思明区,湖里区,集美区 泉州/福建省/Quanzhou/0595/丰泽区,鲤城区
南昌/江西省/Nanchang/0791/东湖区,青山湖区 昆明/云南省/Kunming/0871/五华区,盘龙区,官渡区
贵阳/贵州省/Guiyang/0851/云岩区,南明区
""")
)
"""Town, its province, its name and telephone area in Latin letters and figures, districts."""
ROADS = lists("""
中山路 人民路 解放路 建设路 和平路 长江路 黄河路 文化路 新华路 科技路 创业路 工业大道 迎宾大道 世纪大道 振兴路
开发大道 光明路 友谊路 兴业路 金沙路 东环路 南环路 西环路 北环路 凤凰路 滨河路 学府路 青年大街 昆明路 珠江路 太湖路
望江路 双龙大道
""")
HOUSES = lists(
    "国际大厦 商务中心 科技园 创业园 工业园 财富广场 时代广场 写字楼 金融大厦 软件园 物流园 建材城 五金城 电子城"
)
ALIKE = lists("""
科料 金全 泰秦 瑞端 恒桓 诚城 博搏 佳住 明朋 天夭 力刀 利科 晨晟 昌晶 华毕 贸贺 技枝 限眼 材村 设没 备奋 电申 食良
信伯 光先 永水 木本 田由 国围 元无 方万 安按 广厂 品晶 鼎鼑 汽气 器噐 业亚 宏宠 建健 达迖 阀伐 拓柘 思恩 锐悦 禾木
""")
HEADINGS = (
    ("企业名称", "单位名称", "供应商名称", "客户名称", "购方名称", "往来单位名称", "公司全称"),
    ("公司简称", "客户简称", "企业简称", "单位简称"),
    ("英文名称", "公司英文名", "企业英文名称"),
    ("曾用名", "原名称", "别名"),
    ("统一社会信用代码", "税号", "纳税人识别号", "信用代码"),
    ("联系人", "联系人姓名", "对接人", "业务联系人"),
    ("职务", "职位"),
    ("公司电话", "电话", "联系电话", "座机", "固定电话"),
    ("手机", "手机号码", "联系手机", "移动电话"),
    ("邮箱", "电子邮箱", "Email", "邮件地址"),
    ("网址", "官网", "公司网站"),
    ("省份", "所在省", "省"),
    ("城市", "所在城市", "市"),
    ("公司地址", "地址", "联系地址", "详细地址", "注册地址"),
)
"""What one column is called in one file or another."""
